import { createHierarchy } from '@verifull/test-harness/fixtures'
import { expect, test } from 'vitest'
import type { Settings } from '../../src/parameters/settings.ts'
import { explain } from '../../src/profile/explain.ts'

const { root, crls } = await createHierarchy()
const RULES = ['roots-public', 'revocation-unchecked', 'pool-waits-forever']
const OWN = { sslrootcert: root.certificate }

test.each<[string, Settings, string[]]>([
  ['roots of the system', { sslrootcert: 'system' }, ['roots-public', 'revocation-unchecked']],
  ['a CA of its own', OWN, ['revocation-unchecked']],
  ['a CA of its own, a revocation list', { ...OWN, sslcrl: crls.empty }, []],
  ['a server on this machine', { host: 'localhost', sslrootcert: 'system' }, []],
  ['a provider of TLS material', { tls: async () => ({}) }, []],
  ['another policy', { sslrootcert: 'system', policy: 'production' }, []],
  ['no limit for a checkout', { host: '127.0.0.1', pool: { connectionTimeoutMillis: 0 } }, ['pool-waits-forever']],
  [
    'no limit by a variable',
    { host: '127.0.0.1', environment: { DB_CONNECTION_TIMEOUT: '0' } },
    ['pool-waits-forever'],
  ],
  ['no connection that is idle', { host: '127.0.0.1', pool: { idleTimeoutMillis: 0, max: 3 } }, []],
])('rules of trust and waiting: %s → found: %j', (_, given, expected) => {
  const settings: Settings = { host: 'db.example', user: 'app', policy: 'strict', environment: {}, ...given }
  const { findings } = explain({ settings })
  expect(findings.map(({ rule }) => String(rule)).filter((rule) => RULES.includes(rule))).toEqual(expected)
})
