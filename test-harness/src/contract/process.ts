import assert from 'node:assert/strict'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { blackHole } from '../network/black-hole.ts'
import { type Database, startDatabase } from '../postgres/database.ts'
import { SESSION_SEEN } from '../postgres/session-seen.ts'
import { type Ended, runNode } from '../project/run-node.ts'
import type { Runner } from './runner.ts'

/** An application as it is written, an ES module in pieces. */
export interface ProcessChapter {
  /** A folder from which the packages are found, as they are built. */
  readonly folder: string
  readonly imports: string
  /** An expression for an instance, with the text of the library's options. */
  make(options: string): string
  /** Options that limit a connect to this time. */
  limit(ms: number): object
  /** An expression for the rows that `db` gives to the text of a query. */
  query(sql: string): string
  /** Ends `db`. */
  readonly close: string
  /** True where the library itself loads what is installed as pg-native, used or not. */
  readonly loadsNative?: boolean
}

const FORCED =
  'ConfigurationError [CONFIGURATION]: NODE_PG_FORCE_NATIVE makes pg load pg-native, which ignores TLS settings and may connect unverified; unset it\n'
const LOADED = "console.log('pg-native was loaded')"
const NATIVE = "module.exports = class { constructor() { console.log('pg-native was used') } }"
const CODE = `function codeOf(error) { return error && (error.code ?? codeOf(error.parent ?? error.cause)) }`

/** Registers the tests: a process of its own, with the packages as they are built, ends by itself and stays with pg. */
export function processContract(chapter: ProcessChapter, { test, beforeAll, afterAll }: Runner): void {
  let database: Database
  let modules: string
  beforeAll(async () => {
    database = await startDatabase()
    modules = join(database.folder, 'modules')
    await mkdir(join(modules, 'pg-native'), { recursive: true })
    await writeFile(join(modules, 'pg-native/index.js'), `${chapter.loadsNative ? '' : LOADED}\n${NATIVE}\n`)
  })
  afterAll(() => database.stop())

  const query = (sql: string) => chapter.query(JSON.stringify(sql))
  const print = (sql: string) => `console.log(JSON.stringify(await ${query(sql)}))`
  const run = (body: string, environment: Readonly<Record<string, string>> = {}): Promise<Ended> => {
    const args = ['--unhandled-rejections=strict', '--input-type=module', '--eval', `${chapter.imports}\n${body}`]
    return runNode(chapter.folder, args, {
      ...database.environment,
      NODE_NO_WARNINGS: '1',
      NODE_PATH: modules,
      DB_USER: 'scram_user',
      DB_PASSWORD: database.server.password('scram_user'),
      ...environment,
    })
  }
  const seen = () => `${JSON.stringify([{ ssl: true, user: 'scram_user', port: database.server.port }])}\n`
  const make = (options: object = {}) => `const db = ${chapter.make(JSON.stringify(options))}`

  test('with pg-native installed → asks over TLS by pg, and ends by itself once it is closed', async () => {
    const ended = await run(`${make()}; ${print(SESSION_SEEN)}; ${chapter.close}`)
    assert.deepEqual(ended, { code: 0, output: seen() })
  })

  test('the same folder of modules, asked for pg-native → has it', async () => {
    const load = `createRequire(process.cwd() + '/x.js')('pg-native')`
    const { output } = await run(`import { createRequire } from 'node:module'; new (${load})()`)
    assert.equal(output, `${chapter.loadsNative ? '' : 'pg-native was loaded\n'}pg-native was used\n`)
  })

  test('NODE_PG_FORCE_NATIVE → refused', async () => {
    for (const value of ['1', '']) {
      const { code, output } = await run('', { NODE_PG_FORCE_NATIVE: value })
      assert.ok(output.includes(FORCED), output)
      assert.equal(code, 1)
    }
  })

  const failing = `${CODE}; await ${query('select 1')}.catch((error) => console.log(codeOf(error)))`

  test('a connect that is refused, with nothing closed → ends by itself', async () => {
    assert.deepEqual(await run(`${make()}; ${failing}`, { DB_PORT: '1' }), { code: 0, output: 'ECONNREFUSED\n' })
  })

  test('a connect that runs out of time, with nothing closed → ends by itself', async () => {
    const hole = await blackHole()
    const ended = await run(`${make(chapter.limit(1500))}; ${failing}`, { DB_PORT: String(hole.port) })
    await hole.stop()
    assert.deepEqual(ended, { code: 0, output: 'ETIMEDOUT\n' })
  })

  test('many connects that fail at once → none is an unhandled rejection', async () => {
    const queries = `await Promise.allSettled(Array.from({ length: 20 }, () => ${query('select 1')}))`
    const codes = `(${queries}).map(({ reason }) => codeOf(reason))`
    const wrong = { DB_PASSWORD: 'kahGh2-eiYo9' }
    const ended = await run(`${CODE}; ${make()}; console.log([...new Set(${codes})].join()); ${chapter.close}`, wrong)
    assert.deepEqual(ended, { code: 0, output: '28P01\n' })
  })

  test('the server ends its session → lives on, and asks again', async () => {
    const kill = `await ${query('select pg_terminate_backend(pg_backend_pid())')}.catch((error) => console.log(codeOf(error)))`
    const pause = 'await new Promise((resolve) => setTimeout(resolve, 300))'
    // A library may lend a session that has ended once more, and notice it then.
    const again = `await ${query('select 1')}.catch(() => {})`
    const ended = await run(
      `${CODE}; ${make()}; ${kill}; ${pause}; ${again}; ${print('select 1 as one')}; ${chapter.close}`,
    )
    assert.deepEqual(ended, { code: 0, output: '57P01\n[{"one":1}]\n' })
  })

  test('the server ends all other sessions, idle and in use → lives on, and asks again', async () => {
    const others = 'from pg_stat_activity where usename = current_user and pid <> pg_backend_pid()'
    const kill = `select pg_terminate_backend(pid) ${others}`
    const asked = (text: string) =>
      `Array.from({ length: 3 }, () => ${query(text)}.catch((error) => codes.push(codeOf(error))))`
    const pause = 'await new Promise((resolve) => setTimeout(resolve, 300))'
    const asleep = `select count(*)::int as sessions from pg_stat_activity where query = 'select pg_sleep(20)'`
    const ended = await run(
      `${CODE}; ${make()}; const codes = [];
       const running = ${asked('select pg_sleep(20)')};
       while ((await ${query(asleep)})[0].sessions < 3) ${pause};
       await ${query(kill)}; await Promise.all(running);
       await Promise.all(${asked('select pg_sleep(0.05)')}); await ${query(kill)}; ${pause};
       ${print('select 1 as one')}; console.log(codes.join()); ${pause}; ${chapter.close}`,
    )
    assert.deepEqual(ended, { code: 0, output: '[{"one":1}]\n57P01,57P01,57P01\n' })
  })
}
