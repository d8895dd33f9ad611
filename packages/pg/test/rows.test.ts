import { type Settings, secureConfig } from '@verifull/pg'
import { type Database, startDatabase } from '@verifull/test-harness'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runScript } from './child.ts'

let database: Database
let settings: Settings
beforeAll(async () => {
  database = await startDatabase()
  settings = database.settings
})
afterAll(() => database.stop())

/** Runs `work` with a client whose rows Verifull reads, and with one of which pg's own reader reads every byte. */
async function both<Result>(work: (client: pg.ClientBase) => Promise<Result>): Promise<readonly [Result, Result]> {
  const pool = new pg.Pool(secureConfig({ max: 1, min: 0 }, settings))
  const lent = await pool.connect()
  const alone = new pg.Client(secureConfig({}, settings))
  await alone.connect()
  try {
    return [await work(lent), await work(alone)]
  } finally {
    lent.release()
    await Promise.all([pool.end(), alone.end()])
  }
}

const many = (columns: string, rows = 3000) => `select ${columns} from generate_series(1, ${rows}) n`

/** Statements whose answers arrive in pieces of all sizes. */
const STATEMENTS: Readonly<Record<string, string>> = {
  'texts of one to four bytes a character': many("n, repeat('aé€😀', n % 9), chr(n + 100)"),
  'NULL and empty texts': many("case when n % 2 = 0 then n end, '', null, case when n % 3 = 0 then '' end"),
  'every type that pg reads': many(
    "n::int8, n / 7.0, n::float8 / 3, n % 2 = 0, timestamptz '2026-01-01' + n * interval '1 s', array[n, null], jsonb_build_object('n', n), decode('00ff0a', 'hex'), interval '1 day' * n",
    500,
  ),
  'rows of no columns': 'select from generate_series(1, 3000)',
  'rows of 1,600 columns': `select ${Array.from({ length: 1600 }, (_, column) => `n + ${column} as c${column}`)} from generate_series(1, 20) n`,
  'values of a megabyte': many("repeat('é', 500000 + n), n", 4),
  'one row of a byte less and more than a piece': many("repeat('x', 8150 + n)", 80),
  'names that are there twice': many('n as a, n + 1 as a'),
  'two statements in one': `${many('n')}; ${many("'b' || n as b")}`,
  'notices between rows':
    "select set_config('client_min_messages', 'debug1', false), n from generate_series(1, 2000) n",
}

test.each(Object.entries(STATEMENTS))('%s → the result is the one that pg reads itself', async (_what, statement) => {
  const [ours, theirs] = await both(async (client) => {
    await client.query('begin')
    const results = [await client.query(statement)].flat()
    await client.query('rollback')
    return results.map(({ rows, fields, rowCount, command }) => ({ rows, fields, rowCount, command }))
  })
  expect(ours[0]?.rowCount).toBeGreaterThan(1)
  expect(ours).toEqual(theirs)
})

test('rows as arrays, and in a portal of 700 rows at once', async () => {
  const [ours, theirs] = await both(async (client) => {
    const arrays = await client.query({ text: many("n, 'item ' || n"), rowMode: 'array' })
    const portal = { text: many("n, 'item ' || n"), rows: 700 }
    const some = await client.query(portal)
    return [arrays.rows, some.rows]
  })
  expect(ours[0]).toHaveLength(3000)
  expect(ours).toEqual(theirs)
})

test('a listener of `message` hears rows with the fields that pg gives them', async () => {
  const [ours, theirs] = await both(async (client) => {
    const { connection } = client as pg.ClientBase & { readonly connection: NodeJS.EventEmitter }
    const heard: object[] = []
    const hear = (message: object) => void heard.push({ ...message })
    connection.on('message', hear)
    await client.query(many("n, null, 'item ' || n"))
    connection.off('message', hear)
    return heard
  })
  expect(ours.filter((message) => 'name' in message && message.name === 'dataRow')).toHaveLength(3000)
  expect(ours).toEqual(theirs)
})

test('what a listener of rows throws is an uncaught exception, and the rows after it are read', async () => {
  const script = `
    const thrown = []
    process.on('uncaughtException', ({ message }) => thrown.push(message))
    const pool = new pg.Pool(secureConfig({ max: 1 }, ${JSON.stringify(settings)}))
    const client = await pool.connect()
    let heard = 0
    const query = new pg.Query("select n, repeat('x', 90) from generate_series(1, 3000) n")
    const ended = new Promise((resolve) => query.once('end', resolve))
    query.on('row', ({ n }) => {
      heard++
      if (n === 500) throw new Error('of the application')
    })
    client.query(query)
    await ended
    const { rows } = await client.query('select 7 as seven')
    console.log(heard, rows[0].seven, thrown.join())
    client.release()
    await pool.end()`
  const { output, code } = await runScript(script, { format: 'mjs' })
  expect(output).toMatch(/^3000 7 of the application$/m)
  expect(code).toBe(0)
})
