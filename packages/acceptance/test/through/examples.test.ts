import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { promisedOutput } from '../docs/output.ts'
import { type Prepared, prepare } from '../docs/prepared.ts'

const EXAMPLES = ['through', 'start-up'].flatMap((kind) => {
  const folder = join(__dirname, '../../examples', kind)
  return readdirSync(folder).map((file) => ({
    name: file.replace('.mts', ''),
    code: readFileSync(join(folder, file), 'utf8'),
  }))
})

/** The server is not made for production, and `verifyConnection()` warns of it: its minor release, grants of its database. */
const QUIET = { VERIFULL_WARNINGS: 'off' }

let prepared: Prepared
beforeAll(async () => {
  prepared = await prepare(new Map(EXAMPLES.map(({ name, code }) => [name, code])))
})
afterAll(() => prepared?.stop())

describe.each(EXAMPLES)('example of $name', ({ name, code }) => {
  test('strict TypeScript, as a module → compiles', () => {
    expect(prepared.complaints.get(name)).toEqual([])
  })

  test('run on a server with TLS → prints the output in its comments, and ends by itself', async () => {
    const promised = promisedOutput(code).map((line) => `${line}\n`)
    expect(promised).not.toEqual([])
    const ran = await prepared.project.run(name, { ...prepared.site.environment, ...QUIET })
    expect(ran).toEqual({ code: 0, output: promised.join('') })
  })
})
