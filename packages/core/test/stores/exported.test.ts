import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import * as application from '../../src/index.ts'

const STORES = join(import.meta.dirname, '../../src/stores')

test('stores: a function that gives a provider, in the folder of a vendor → is exported for use in code', () => {
  const files = readdirSync(STORES, { recursive: true, encoding: 'utf8' }).filter((path) => /[\\/].*\.ts$/.test(path))
  const providers = files.flatMap((file) =>
    [
      ...readFileSync(join(STORES, file), 'utf8').matchAll(
        /^export function (\w+)\((?:[^()]|\([^()]*\))*\): (?:Credentials|Tls)Provider\b/gm,
      ),
    ].map(([, name = '']) => name),
  )
  expect(providers).toEqual(expect.arrayContaining(['awsSecretsManager', 'vaultKv', 'vaultPki']))
  expect(providers.filter((name) => !(name in application))).toEqual([])
})
