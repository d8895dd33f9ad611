import { readdirSync, readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { addressOf } from '../../../core/src/errors/address.ts'
import { CHANNEL_NAMES } from '../../../core/src/events/publish.ts'
import { PARAMETER_NAMES, PARAMETERS, type Parameter } from '../../../core/src/parameters/parameters.ts'
import { POOL_LIMITS } from '../../../core/src/parameters/pool-limit.ts'
import { OF_A_SERVER, OF_ALL } from '../../../core/src/sources/settings-argument.ts'
import { filled, marksOf } from './markdown.ts'
import { PAGES, readPage, USER_PAGES } from './pages.ts'
import { ROOT } from './project.ts'
import { documentedSettings, nestedSettings } from './settings.ts'
import { generatedParts } from './tables.ts'

const SOURCES = join(ROOT, 'packages/core/src')
const PARTS = await generatedParts()

test.each(PAGES)('%s: parts that come from data → current; UPDATE_DOCS=1 writes them', async (page) => {
  const text = readPage(page)
  const current = filled(text, PARTS)
  if (process.env.UPDATE_DOCS) await writeFile(join(ROOT, page), current)
  else expect(text).toBe(current)
})

test('pages: a part that comes from data → stands on one of them', () => {
  const placed = PAGES.flatMap((page) => marksOf(readPage(page)))
  expect([...PARTS.keys()].filter((name) => !placed.includes(name))).toEqual([])
})

test('filled: a mark that no part belongs to → an error that names it', () => {
  expect(() => filled('<!-- table of nothing -->\n<!-- end of table of nothing -->', PARTS)).toThrow(
    'no part is named "table of nothing"',
  )
})

test('errors.md: a code of an error → has a heading, and nothing else has', () => {
  const errors = readdirSync(join(SOURCES, 'errors')).map((file) => readFileSync(join(SOURCES, 'errors', file), 'utf8'))
  const codes = [...errors.join('\n').matchAll(/(?:\| |code = |readonly code: )'([A-Z_]+)'$/gm)].map(([, code]) => code)
  const headings = [...readPage('docs/reference/errors.md').matchAll(/^### `([A-Z_]+)`$/gm)].map(([, code]) => code)
  const ofConnections = [
    ...['CIRCUIT_OPEN', 'CLOSED', 'ETIMEDOUT', 'ECONNRESET', 'NO_ANSWER', 'PROTOCOL', 'SERVER_FAILURE'],
    ...['WRONG_ROLE', 'WRONG_PEER'],
  ]
  expect(headings.toSorted()).toEqual([...codes, ...ofConnections].toSorted())
  const anchors = headings.map((code = '') => addressOf(code).split('#')[1])
  expect(anchors).toEqual(headings.map((code) => code?.toLowerCase()))
})

test('errors.md: a code without a heading → the address of "Another code"', () => {
  expect(['ECONNREFUSED', '57P03', 'UNKNOWN'].map((code) => addressOf(code).split('#')[1])).toEqual([
    'another-code',
    'another-code',
    'another-code',
  ])
  expect(readPage('docs/reference/errors.md')).toContain('\n### Another code\n')
})

test('pages: a DB_* or DATABASE_* variable that is read → is named, and no other is', () => {
  const read = [...sourcesOfCore().matchAll(/'((?:DB|DATABASE)_[A-Z_]+?)(?:_FILE)?'/g)]
  const named = USER_PAGES.map(readPage)
    .join('\n')
    .matchAll(/\b((?:DB|DATABASE)_[A-Z_]+[A-Z])\b/g)
  const plain = [...named].map(([, name = '']) => name.replace(/_+FILE$/, ''))
  expect([...new Set(plain)].toSorted()).toEqual([...new Set(read.map(([, name]) => name))].toSorted())
})

test('settings.md: a setting that is read → has a type and a row in the lists, and nothing else has', () => {
  const supported = PARAMETER_NAMES.filter((name) => typeof (PARAMETERS[name] as Parameter).unsupported !== 'string')
  const limits = Object.keys(POOL_LIMITS).map((name) => `pool.${name}`)
  const read = [...OF_A_SERVER, ...OF_ALL, ...supported, 'policy.use', 'policy.rules', 'policy.allow', ...limits]
  const documented = [...documentedSettings(), ...nestedSettings()].map(({ name }) => name)
  expect(documented.toSorted()).toEqual(read.toSorted())
  const rows = [...readPage('docs/reference/settings.md').matchAll(/^\| \[?`([\w.]+)`/gm)].map(([, name]) => name)
  expect(documented.filter((name) => !rows.includes(name))).toEqual([])
})

test('events.md: a channel, and a kind of event → has a heading, a row in the list', () => {
  const page = readPage('docs/reference/events.md')
  const headings = [...page.matchAll(/^## (verifull:\w+)$/gm)].map(([, channel]) => channel)
  expect(headings.toSorted()).toEqual(CHANNEL_NAMES.toSorted())
  const folder = join(SOURCES, 'events')
  const code = readdirSync(folder).map((file) => readFileSync(join(folder, file), 'utf8'))
  const sent = [...code.join('\n').matchAll(/readonly kind: '([\w-]+)'/g)].map(([, kind]) => kind)
  const rows = [...page.matchAll(/^\| `([a-z-]+)` \|/gm)].map(([, kind]) => kind)
  expect(rows.toSorted()).toEqual(sent.toSorted())
})

test('policies.md: an id of a finding → is in one of its tables', () => {
  const ids = readFileSync(join(SOURCES, 'errors/rule-id.ts'), 'utf8')
  const rules = [...ids.matchAll(/^ {2}\| '([a-z0-9-]+)'$/gm)].map(([, rule]) => rule)
  const rows = [...readPage('docs/reference/policies.md').matchAll(/^\| `([a-z0-9-]+)` \| .*\|$/gm)].map(
    ([, name]) => name,
  )
  expect(rules).toEqual(expect.arrayContaining(['plaintext-remote', 'node-extra-ca-certs', 'replica-twice']))
  expect(rules.filter((rule) => !rows.includes(rule))).toEqual([])
})

test('rules.md: an id of a finding → has a heading, to which reports lead', () => {
  const ids = readFileSync(join(SOURCES, 'errors/rule-id.ts'), 'utf8')
  const rules = [...ids.matchAll(/^ {2}\| '([a-z0-9-]+)'$/gm)].map(([, rule]) => rule)
  const headings = [...readPage('docs/reference/rules.md').matchAll(/^##+ ([a-z0-9-]+)$/gm)].map(([, name]) => name)
  expect(headings.toSorted()).toEqual(rules.toSorted())
})

function sourcesOfCore(): string {
  const sources = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.ts'))
  return sources.map((path) => readFileSync(join(SOURCES, path), 'utf8')).join('\n')
}
