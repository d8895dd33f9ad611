import { explain, resolveProfile, type Settings, securePg, secureReplication } from '@verifull/pg'
import { startDatabase } from '@verifull/test-harness'
import pg from 'pg'
import { afterAll, expect, test } from 'vitest'
import { CANARY, canaryIn } from './canary.ts'
import { shown } from './shown.ts'

const database = await startDatabase()
afterAll(() => database.stop())
const { server, ca } = database
await server.sql(`alter role scram_user password '${CANARY}'`)

const NODE_ENV = 'production'
const url = (port: number) => `postgres://scram_user:${encodeURIComponent(CANARY)}@localhost:${port}/app`
/** Places for the password of a replica at this port. */
const PLACES: Readonly<Record<string, (port: number) => Settings>> = {
  'a URL': (port) => ({ replicas: [url(port)] }),
  'a URL in an entry': (port) => ({ replicas: [{ url: url(port) }] }),
  'an entry': (port) => ({ replicas: [{ host: 'localhost', port, user: 'scram_user', password: CANARY }] }),
  'a function': (port) => ({ replicas: [{ host: 'localhost', port, password: () => CANARY }] }),
  'a provider': (port) => ({ replicas: [{ host: 'localhost', port, secrets: async () => ({ password: CANARY }) }] }),
  DATABASE_READ_URL: (port) => ({ environment: { NODE_ENV, DATABASE_READ_URL: url(port) } }),
  'the primary’s settings': (port) => ({ password: CANARY, replicas: [{ host: 'localhost', port }] }),
}

test.each(
  Object.entries(PLACES).flatMap(([place, put]) => [
    { place, put, port: server.port, end: 'connects' },
    { place, put, port: 1, end: 'fails' },
  ]),
)('the password of a replica in $place, and it $end', async ({ put, port, end }) => {
  const given = { host: 'localhost', port: 2, user: 'scram_user', database: 'app', sslrootcert: ca }
  const settings = { ...given, environment: { NODE_ENV }, ...put(port) } as Settings
  const resolution = resolveProfile({ settings })
  const { write, read } = secureReplication({ min: 0, max: 1 }, settings)
  const pool = new pg.Pool(read)
  const client = new pg.Client(read)
  const bound = new (securePg(resolution.replicas).Client)()
  client.on('error', () => {})
  bound.on('error', () => {})
  const outcomes = await Promise.allSettled([pool.query('select 1'), client.connect(), bound.connect()])
  expect(outcomes.map(({ status }) => status)).toEqual(Array(3).fill(end === 'connects' ? 'fulfilled' : 'rejected'))
  const things = { explanation: explain({ settings }), resolution, write, read, pool, client, bound, outcomes }
  for (const [name, thing] of Object.entries(things)) {
    expect({ name, found: canaryIn(shown(thing)) }).toEqual({ name, found: [] })
  }
  await Promise.all([pool.end(), client.end(), bound.end()])
})
