import { join } from 'node:path'
import type { Item, Work } from '@verifull/test-harness'
import { Client, type ClientBase, Pool, type PoolClient } from 'pg'
import QueryStream from 'pg-query-stream'
import { configOf } from './config-of.ts'

/** pg's Pool at work. */
export const poolWork: Work<Pool, PoolClient> = {
  pool: true,
  exit: join(import.meta.dirname, 'exit.mjs'),
  open: (request) => new Pool({ ...configOf(request), max: request.poolSize }).on('error', () => {}),
  close: (pool) => pool.end(),
  query: rowsOf,
  insert,
  transaction: (pool, body) => lent(pool, (client) => transaction(client, body)),
  savepoint,
  async *stream(pool) {
    const client = await pool.connect()
    try {
      yield* items(client)
    } finally {
      client.release()
    }
  },
  async listen(pool, channel, heard) {
    const client = await pool.connect()
    const unlisten = await listen(client, channel, heard)
    return async () => {
      await unlisten()
      client.release()
    }
  },
}

/** pg's Client at work: one session, which nobody replaces. */
export const clientWork: Work<Client> = {
  exit: join(import.meta.dirname, 'exit.mjs'),
  async open(request) {
    const client = new Client(configOf(request))
    await client.connect()
    return client
  },
  close: (client) => client.end(),
  query: rowsOf,
  insert,
  transaction,
  savepoint,
  stream: items,
  listen,
}

async function rowsOf(on: Pool | ClientBase, sql: string): Promise<readonly Readonly<Record<string, unknown>>[]> {
  return (await on.query(sql)).rows
}

function insert(on: Pool | ClientBase, rows: readonly Item[]): Promise<unknown> {
  const sql = 'insert into item select * from json_to_recordset($1) as item (id integer, name text)'
  return on.query(sql, [JSON.stringify(rows)])
}

function items(client: ClientBase): AsyncIterable<Item> {
  return client.query(new QueryStream('select id, name from item'))
}

async function listen(client: ClientBase, channel: string, heard: (payload: string) => void) {
  client.on('notification', ({ payload = '' }) => heard(payload))
  await client.query(`listen ${channel}`)
  return () => client.query(`unlisten ${channel}`)
}

async function lent(pool: Pool, work: (client: PoolClient) => Promise<void>): Promise<void> {
  const client = await pool.connect()
  try {
    await work(client)
  } finally {
    client.release()
  }
}

type Body<Inside> = (inside: Inside) => Promise<void>

function transaction<Inside extends ClientBase>(client: Inside, body: Body<Inside>): Promise<void> {
  return enclosed(client, body, { begin: 'begin', end: 'commit', undo: 'rollback' })
}

function savepoint<Inside extends ClientBase>(client: Inside, body: Body<Inside>): Promise<void> {
  return enclosed(client, body, { begin: 'savepoint s', end: 'release s', undo: 'rollback to s' })
}

async function enclosed<Inside extends ClientBase>(
  client: Inside,
  body: Body<Inside>,
  { begin, end, undo }: Readonly<Record<'begin' | 'end' | 'undo', string>>,
): Promise<void> {
  await client.query(begin)
  try {
    await body(client)
  } catch (error) {
    await client.query(undo)
    throw error
  }
  await client.query(end)
}
