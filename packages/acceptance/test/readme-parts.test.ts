import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { PARAMETER_NAMES, PARAMETERS, type Parameter } from '../../core/src/parameters/parameters.ts'
import { POOL_LIMITS } from '../../core/src/parameters/pool-limit.ts'
import { OF_A_SERVER, OF_ALL } from '../../core/src/sources/settings-argument.ts'
import { filled } from './readme/markdown.ts'
import { ROOT, readReadme } from './readme/project.ts'
import { documentedSettings, nestedSettings } from './readme/settings.ts'
import { generatedParts } from './readme/tables.ts'

const SOURCES = join(ROOT, 'packages/core/src')

test('the parts of the README that come from data are current; UPDATE_README=1 writes them', async () => {
  const readme = await readReadme()
  const parts = await generatedParts()
  const current = [...parts].reduce((text, [name, content]) => filled(text, name, content), readme)
  if (process.env.UPDATE_README) await writeFile(join(ROOT, 'README.md'), current)
  else expect(readme).toBe(current)
})

test('the README has one heading for each code of an error, and no other', async () => {
  const errors = readdirSync(join(SOURCES, 'errors')).map((file) => readFileSync(join(SOURCES, 'errors', file), 'utf8'))
  const codes = [...errors.join('\n').matchAll(/(?:\| |code = |readonly code: )'([A-Z_]+)'$/gm)].map(([, code]) => code)
  const headings = [...(await readReadme()).matchAll(/^#### `([A-Z_]+)`$/gm)].map(([, code]) => code)
  const ofConnections = ['ETIMEDOUT', 'ECONNRESET', 'PROTOCOL', 'WRONG_ROLE', 'WRONG_PEER', 'SERVER_SEES_PLAINTEXT']
  expect(headings.toSorted()).toEqual([...codes, ...ofConnections].toSorted())
})

test('the README names every DB_* and DATABASE_* variable that is read, and no other', async () => {
  const read = [...sourcesOfCore().matchAll(/'((?:DB|DATABASE)_[A-Z_]+?)(?:_FILE)?'/g)]
  const named = (await readReadme()).matchAll(/\b((?:DB|DATABASE)_[A-Z_]+[A-Z])\b/g)
  const plain = [...named].map(([, name = '']) => name.replace(/_+FILE$/, ''))
  expect([...new Set(plain)].toSorted()).toEqual([...new Set(read.map(([, name]) => name))].toSorted())
})

test('README: a setting that is read → has a type and a row in the lists, and nothing else has', async () => {
  const supported = PARAMETER_NAMES.filter((name) => typeof (PARAMETERS[name] as Parameter).unsupported !== 'string')
  const limits = Object.keys(POOL_LIMITS).map((name) => `pool.${name}`)
  const read = [...OF_A_SERVER, ...OF_ALL, ...supported, 'policy.use', 'policy.allow', ...limits]
  const documented = [...documentedSettings(), ...nestedSettings()].map(({ name }) => name)
  expect(documented.toSorted()).toEqual(read.toSorted())
  const rows = [...(await readReadme()).matchAll(/^\| `([\w.]+)`/gm)].map(([, name]) => name)
  expect(documented.filter((name) => !rows.includes(name))).toEqual([])
})

test('README: a channel or a kind of event that is published → has a row in the list, and nothing else has', async () => {
  const folder = join(SOURCES, 'events')
  const code = readdirSync(folder).map((file) => readFileSync(join(folder, file), 'utf8'))
  const sent = [...code.join('\n').matchAll(/channel\('([\w:]+)'\)|readonly kind: '([\w-]+)'/g)]
  const [, section = ''] = /^## Events\n([\s\S]*?)^## /m.exec(await readReadme()) ?? []
  const rows = [...section.matchAll(/^\| `([\w:-]+)` \|/gm)].map(([, name]) => name)
  expect(rows.toSorted()).toEqual(sent.map(([, channel, kind]) => channel ?? kind).toSorted())
})

test('README: an id of a finding → is in one of its tables', async () => {
  const ids = readFileSync(join(SOURCES, 'errors/rule-id.ts'), 'utf8')
  const rules = [...ids.matchAll(/^ {2}\| '([a-z-]+)'$/gm)].map(([, rule]) => rule)
  const rows = [...(await readReadme()).matchAll(/^\| `([a-z-]+)` \| .*\|$/gm)].map(([, name]) => name)
  expect(rules).toEqual(expect.arrayContaining(['plaintext-remote', 'node-extra-ca-certs', 'replica-twice']))
  expect(rules.filter((rule) => !rows.includes(rule))).toEqual([])
})

test('every link of the README leads to a heading or a file that is there', async () => {
  const readme = await readReadme()
  const headings = [...readme.matchAll(/^#+ (.*)$/gm)].map(([, text = '']) => `#${slugOf(text)}`)
  const links = [...readme.matchAll(/\]\((?!https:)([^)]+)\)/g)].map(([, link = '']) => link)
  const dead = links.filter((link) => !headings.includes(link) && !existsSync(join(ROOT, link)))
  expect(links.length).toBeGreaterThan(0)
  expect(dead).toEqual([])
})

function sourcesOfCore(): string {
  const sources = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.ts'))
  return sources.map((path) => readFileSync(join(SOURCES, path), 'utf8')).join('\n')
}

/** As GitHub makes them. */
function slugOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\w\- ]/g, '')
    .replaceAll(' ', '-')
}
