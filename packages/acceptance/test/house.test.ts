import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { run } from './consumers/run.ts'
import { ROOT } from './docs/project.ts'

const READ = [
  ...['tsconfig.json', 'README.md', 'packages/acceptance/house', 'packages/acceptance/package.json'],
  ...readdirSync(join(ROOT, 'packages'))
    .filter((name) => existsSync(join(ROOT, 'packages', name, 'src')))
    .flatMap((name) => ['package.json', 'src', 'test'].map((part) => `packages/${name}/${part}`)),
  'test-harness/src',
]

/** Runs the check on a copy of its inputs with one more file. */
async function checkWith(file: string, text: string) {
  const copy = mkdtempSync(join(tmpdir(), 'verifull-house-'))
  onTestFinished(() => rmSync(copy, { recursive: true }))
  for (const path of READ) cpSync(join(ROOT, path), join(copy, path), { recursive: true })
  mkdirSync(dirname(join(copy, file)), { recursive: true })
  writeFileSync(join(copy, file), text)
  return run(process.execPath, [join(copy, 'packages/acceptance/house/check.mjs')], copy)
}

describe('house check', () => {
  test('imports that point down → accepted', async () => {
    const text = `import type { Finding } from '../errors/finding.ts'\nexport type Seen = Finding\n`
    expect(await checkWith('packages/core/src/checks/seen.ts', text)).toEqual({ code: 0, output: '' })
  })

  test.each([
    [
      'a value from a higher floor',
      'text/probe.ts',
      `import { dial } from '../dial/dial.ts'`,
      'packages/core/src/text/probe.ts imports dial/dial.ts, and dial stands above text; move what both need to a lower floor',
    ],
    [
      'a type from a higher floor, in several lines',
      'wire/probe.ts',
      `import type {\n  Profile,\n} from '../profile/profile.ts'`,
      'packages/core/src/wire/probe.ts imports profile/profile.ts, and profile stands above wire',
    ],
    [
      'a module imported on use',
      'stores/vault/probe.ts',
      `const later = () => import('../../sources/layer-draft.ts')`,
      'packages/core/src/stores/vault/probe.ts imports sources/layer-draft.ts, and sources stands above stores',
    ],
    ['a folder on no floor', 'attic/probe.ts', '', 'packages/core/src/attic/probe.ts: attic is on no floor'],
    [
      'a second test for loopback, by name',
      'policy/probe.ts',
      `export const isNear = (host: string) => host === 'localhost'`,
      'packages/core/src/policy/probe.ts:1 has a test for loopback of its own; use isLoopback or isLoopbackAddress',
    ],
    [
      'a second test for loopback, by address',
      'dial/probe.ts',
      String.raw`export const isNear = (host: string) => /^127\./.test(host)`,
      'packages/core/src/dial/probe.ts:1 has a test for loopback of its own',
    ],
    [
      'a second reader of the environment',
      'profile/probe.ts',
      'export const mode = process.env.NODE_ENV',
      "packages/core/src/profile/probe.ts:1 has a reader of the process's variables of its own",
    ],
    [
      'a second map that forgets its oldest entry',
      'dial/probe.ts',
      'export const oldest = (seen: Map<string, number>) => seen.keys().next().value',
      'packages/core/src/dial/probe.ts:1 has a map that forgets its oldest entry of its own',
    ],
    [
      'a second machine that refreshes ahead',
      'stores/probe.ts',
      'const share = 0.7 + 0.2 * Math.random()',
      'packages/core/src/stores/probe.ts:1 has a schedule of refreshes of its own; use Refreshed or backoffMs',
    ],
  ])('core, %s → refused', async (_what, file, text, sentence) => {
    const { code, output } = await checkWith(`packages/core/src/${file}`, `${text}\n`)
    expect(output).toContain(sentence)
    expect(code).toBe(1)
  })

  test.each([
    [
      'a package of npm in core',
      'packages/core/src/text/probe.ts',
      `import pg from 'pg'`,
      'packages/core/src/text/probe.ts imports pg, and core knows no driver and no ORM',
    ],
    [
      'an optional peer outside its store',
      'packages/core/src/stores/aws/probe.ts',
      `const open = () => import('node-vault')`,
      'packages/core/src/stores/aws/probe.ts imports node-vault',
    ],
    [
      'an ORM in pg',
      'packages/pg/src/probe.ts',
      `import type { Knex } from 'knex'`,
      'packages/pg/src/probe.ts imports knex, and the ORM packages import pg, never the other way round',
    ],
    [
      'a timeout that nothing holds',
      'packages/pg/src/probe.ts',
      'export const within = (one: AbortSignal) => AbortSignal.any([one, AbortSignal.timeout(1000)])',
      'packages/pg/src/probe.ts has a timeout in AbortSignal.any(), which Node may free before it comes',
    ],
    [
      'the sources of another package',
      'packages/knex/src/probe.ts',
      `export { x } from '../../pg/src/x.ts'`,
      'packages/knex/src/probe.ts imports ../../pg/src/x.ts, and an adapter knows its ORM, pg and core',
    ],
    [
      'an adapter in the harness',
      'test-harness/src/probe.ts',
      `import { secureConfig } from '@verifull/pg'`,
      'test-harness/src/probe.ts imports @verifull/pg, and adapters bind to the harness',
    ],
  ])('%s → refused', async (_what, file, text, sentence) => {
    const { code, output } = await checkWith(file, `${text}\n`)
    expect(output).toContain(sentence)
    expect(code).toBe(1)
  })

  test.each([
    ['the first sentence of a comment', '/** What a probe is. */', 1, 'What'],
    ['the first word of a member, in lower case', '/** how it probes */', 1, 'how'],
    ['a later sentence', '/** A probe. Where it leads is open. */', 1, 'Where'],
    [
      'a sentence that begins with a line',
      '/**\n * A probe of a server,\n * in words.\n *\n * Whether it works\n */',
      5,
      'Whether',
    ],
    ['the text of a parameter', '/**\n * Probes.\n *\n * @param host Who is probed.\n */', 4, 'Who'],
    ['the text of a tag', '/**\n * Probes.\n *\n * @returns whether it works\n */', 4, 'whether'],
    ['an item of a list', '/**\n * A probe:\n * - how it works\n */', 3, 'how'],
    ['a line comment', 'export const a = 1\n// Whoever reads it.', 2, 'Whoever'],
  ])('a clause in place of a noun: %s → refused, with its line', async (_where, comment, line, word) => {
    const { code, output } = await checkWith('packages/core/src/tls/probe.ts', `${comment}\nexport const probe = 1\n`)
    expect(output).toContain(
      `packages/core/src/tls/probe.ts:${line} begins a sentence with ${word}; say what the thing is`,
    )
    expect(code).toBe(1)
  })

  test('comments that name a thing or an act → accepted, code in an example and a name of a parameter too', async () => {
    const comment = `/**
 * A probe of a server: it fails
 * where the server is down. However, it never waits.
 *
 * @param where Host and port.
 *
 * @example
 * // What it prints
 * probe('db.example')
 */`
    expect(await checkWith('packages/core/src/tls/probe.ts', `${comment}\nexport const probe = 1\n`)).toEqual({
      code: 0,
      output: '',
    })
  })

  test('an optional peer in its store → accepted', async () => {
    const text = `export const open = () => import('node-vault')\n`
    expect(await checkWith('packages/core/src/stores/vault/probe.ts', text)).toEqual({ code: 0, output: '' })
  })

  test('a package that the lists forget → refused, with each of them', async () => {
    const { code, output } = await checkWith('packages/drizzle/package.json', '{ "name": "@verifull/drizzle" }')
    const files = output.match(/^\S+(?= forgets packages\/drizzle: )/gm)
    expect(files).toEqual(['tsconfig.json', 'packages/acceptance/package.json', 'README.md'])
    expect(output).toContain('packages/drizzle is not in PACKAGES')
    expect(code).toBe(1)
  })

  test('a private package → in no list', async () => {
    expect(await checkWith('packages/drizzle/package.json', '{ "private": true }')).toEqual({ code: 0, output: '' })
  })
})
