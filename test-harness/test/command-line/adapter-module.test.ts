import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { loadAdapters } from '../../src/command-line/adapter-module.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'verifull-adapter-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const one = `{ name: 'one', capabilities: { crl: true }, connect: async () => {} }`
const two = `{ name: 'two', capabilities: {}, connect: async () => {} }`

async function load(file: string, text: string) {
  await writeFile(join(folder, file), text)
  return loadAdapters(join(folder, file))
}

test.for([
  { file: 'named.mjs', text: `export const a = ${one}, b = ${two}, version = 3`, names: ['one', 'two'] },
  { file: 'default.mjs', text: `export default ${one}`, names: ['one'] },
  { file: 'both.mjs', text: `export const a = ${one}\nexport default a`, names: ['one'] },
  { file: 'list.mjs', text: `export const adapters = [${one}, ${two}]`, names: ['one', 'two'] },
  { file: 'named.cjs', text: `exports.a = ${one}; exports.b = ${two}`, names: ['one', 'two'] },
  { file: 'whole.cjs', text: `module.exports = ${one}`, names: ['one'] },
  { file: 'computed.cjs', text: `module.exports = Object.fromEntries([['a', ${one}]])`, names: ['one'] },
])('loadAdapters: $file → $names', async ({ file, text, names }) => {
  expect((await load(file, text)).map(({ name }) => name)).toEqual(names)
})

test('loadAdapters: an adapter without defineAdapter → completed', async () => {
  const [adapter] = await load('plain.mjs', `export const a = ${one}`)
  expect(adapter).toMatchObject({ capabilities: { crl: true, uri: false }, refusalOf: expect.any(Function) })
})

test.for([
  { file: 'empty.mjs', text: '', says: /exports no adapter, nothing; export what defineAdapter/ },
  { file: 'half.mjs', text: `export const connect = () => {}`, says: /exports no adapter, only connect; / },
  { file: 'throws.mjs', text: `throw new Error('at home')`, says: /failed: at home$/ },
  {
    file: 'typo.mjs',
    text: `export const a = { ...${two}, capabilities: { crll: true } }`,
    says: /unknown capability crll; did you mean crl/,
  },
])('loadAdapters: $file → refused', async ({ file, text, says }) => {
  await expect(load(file, text)).rejects.toThrow(says)
})
