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
  const { server } = database
  await server.sql('create table item (id int primary key, name text); grant all on item to public', server.database)
})
afterAll(() => database.stop())

/** Runs `work` with a client whose answers Verifull reads, and with one of which pg's own reader reads every byte. */
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
  'a few rows': 'select n, n::text, null as nothing from generate_series(1, 3) n',
  'columns of a table, of an expression and of a type with a modifier':
    'select relname, (oid::int8 + 4000000000)::oid as big, relnatts::numeric(9, 3) from pg_class order by oid limit 2',
  'no rows': 'select 1 as one where false',
  'statements of all kinds in one':
    "create table other (id int); drop table other; insert into item values (1, 'a'), (2, 'b'); update item set name = 'c' where id = 1; delete from item where id = 2; select * from item; truncate item",
  'nothing at all': '',
  'a comment alone': '-- nothing',
}

test.each(Object.entries(STATEMENTS))('%s → the result is the one that pg reads itself', async (_what, statement) => {
  const [ours, theirs] = await both(async (client) => {
    await client.query('begin')
    const results = [await client.query(statement)].flat()
    await client.query('rollback')
    return results.map(({ rows, fields, rowCount, command }) => ({ rows, fields, rowCount, command }))
  })
  expect(ours.length).toBeGreaterThan(0)
  expect(ours).toEqual(theirs)
})

test('statements with parameters, prepared ones and the errors of both → as pg reads them itself', async () => {
  const [ours, theirs] = await both(async (client) => {
    const outcomes: object[] = []
    const ask = async (query: pg.QueryConfig) => {
      const outcome = await client.query(query).catch((error: object) => ({ ...error }))
      outcomes.push('rows' in outcome ? { rows: outcome.rows, fields: outcome.fields, tag: outcome.command } : outcome)
    }
    await ask({ text: 'begin' })
    for (const id of [1, 2]) await ask({ text: 'insert into item values ($1, $2)', values: [id, 'a'], name: 'insert' })
    for (const id of [1, 2, 3]) await ask({ text: 'select * from item where id = $1', values: [id], name: 'select' })
    await ask({ text: 'select $1::int / $2::int as quotient', values: [1, 0] })
    await ask({ text: 'select 1' })
    await ask({ text: 'rollback' })
    await ask({ text: '', values: [], name: 'nothing' })
    return outcomes
  })
  expect(ours).toHaveLength(10)
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

test('a listener of `message` hears every message with the fields that pg gives it', async () => {
  const [ours, theirs] = await both(async (client) => {
    const { connection } = client as pg.ClientBase & { readonly connection: NodeJS.EventEmitter }
    const heard: object[] = []
    const hear = (message: object) => void heard.push({ ...message })
    connection.on('message', hear)
    await client.query(many("n, null, 'item ' || n"))
    await client.query('select 1 as one, $1 as two', ['2'])
    await client.query('begin')
    await client.query({ text: '', values: [], name: 'nothing' })
    await client.query({ text: 'set local search_path to public', values: [], name: 'set' })
    await client.query('rollback')
    connection.off('message', hear)
    return heard
  })
  expect(ours.filter((message) => 'name' in message && message.name === 'dataRow')).toHaveLength(3001)
  const names = ['parseComplete', 'bindComplete', 'noData', 'emptyQuery', 'commandComplete', 'readyForQuery']
  expect(ours.map((message) => 'name' in message && message.name)).toEqual(expect.arrayContaining(names))
  expect(ours).toEqual(theirs)
})

test.each([1, 3000])(
  'a listener of %i rows throws → an uncaught exception, and what comes after is read',
  async (count) => {
    const script = `
    const thrown = []
    process.on('uncaughtException', ({ message }) => thrown.push(message))
    const pool = new pg.Pool(secureConfig({ max: 1 }, ${JSON.stringify(settings)}))
    const client = await pool.connect()
    let heard = 0
    const query = new pg.Query("select n, repeat('x', 90) from generate_series(1, ${count}) n")
    const ended = new Promise((resolve) => query.once('end', resolve))
    query.on('row', ({ n }) => {
      heard++
      if (n === ${Math.min(count, 500)}) throw new Error('of the application')
    })
    client.query(query)
    await ended
    const { rows } = await client.query('select 7 as seven')
    console.log(heard, rows[0].seven, thrown.join())
    client.release()
    await pool.end()`
    const { output, code } = await runScript(script, { format: 'mjs' })
    expect(output).toContain(`${count} 7 of the application\n`)
    expect(code).toBe(0)
  },
)
