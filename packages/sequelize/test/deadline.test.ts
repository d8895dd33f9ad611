import type { Settings } from '@verifull/sequelize'
import {
  blackHole,
  type Database,
  SILENT_SERVERS,
  silentServer,
  startDatabase,
  startHostileServer,
  swallowingProxy,
} from '@verifull/test-harness'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { rowsOf, VERSIONS } from './versions.ts'

let database: Database
beforeAll(async () => {
  database = await startDatabase()
})
afterAll(() => database.stop())

/** AuthenticationOk and ReadyForQuery: what a pooler says that has no server. */
const ADMITTED = { bytes: Buffer.from('R\0\0\0\x08\0\0\0\0Z\0\0\0\x05I', 'latin1') }

const tls = () => ({
  certificate: database.hierarchy.servers.good.chain,
  key: database.hierarchy.servers.good.key,
})

/** Points at which a server may fall silent. */
const SILENT: typeof SILENT_SERVERS = {
  ...SILENT_SERVERS,
  'when it has admitted the client': () => silentServer({ tls: tls(), answers: [ADMITTED, 'silence'] }),
}

const LATE =
  /timeout expired: no (connection within 3.8 s in all \(it was in the phase "\w+"\)|answer to Sequelize's first statements within 3.8 s in all)/

describe.each(VERSIONS)('under $name', ({ user, secured, open, poolOf }) => {
  const WAYS: Readonly<Record<string, (db: ReturnType<typeof open>) => Promise<unknown>>> = {
    'authenticate()': (db) => db.authenticate(),
    'a first query': (db) => rowsOf(db, 'select 1'),
    'a connection of the pool': (db) => poolOf(db).acquire(),
  }

  test.each(Object.entries(SILENT))(
    'a server that falls silent %s ends all within the deadline',
    async (_when, start) => {
      const tries = Object.entries(WAYS).map(async ([way, connect]) => {
        const server = await start(database.hierarchy.servers.good)
        const settings: Settings = { ...database.settings, port: server.port }
        const db = open(secured({ pool: { max: 1, acquire: 4_000 } }, settings))
        const began = Date.now()
        const error = await connect(db).catch((reason: unknown) => reason)
        const milliseconds = Date.now() - began
        const sockets = await server.openConnections()
        const { size } = poolOf(db)
        await db.close()
        await server.stop()
        return { way, message: String(error), milliseconds, sockets, size }
      })
      for (const { way, message, milliseconds, ...left } of await Promise.all(tries)) {
        expect(message, way).toMatch(LATE)
        expect(milliseconds, way).toBeGreaterThan(3_700)
        expect(milliseconds, way).toBeLessThan(5_500)
        expect(left, way).toEqual({ sockets: 0, size: 0 })
      }
    },
  )

  test('a replica that falls silent when it has admitted the client costs its reads, and not the process', async () => {
    const server = await startHostileServer({ tls: tls(), answers: [ADMITTED, 'silence'] })
    const replicas = [{ host: 'localhost', port: server.port }]
    const db = open(secured({ pool: { max: 1, acquire: 2_000 } }, { ...database.settings, replicas }))
    await expect(rowsOf(db, 'select 1')).rejects.toThrow("no answer to Sequelize's first statements")
    expect((await db.query('select 1 as one'))[0]).toEqual([{ one: 1 }])
    await server.allClosed()
    await db.close()
    await server.stop()
  })

  test('a pool whose connects have run out of time lends again once the server answers', async () => {
    const proxy = await swallowingProxy({ to: database.server })
    const db = open(secured({ pool: { max: 2, acquire: 1_000 } }, { ...database.settings, port: proxy.port }))
    expect(await rowsOf(db, 'select 1 as one')).toEqual([{ one: 1 }])
    const idle = await poolOf(db).acquire()
    await poolOf(db).destroy(idle)
    proxy.swallow()
    const tried = await Promise.allSettled(Array.from({ length: 5 }, () => rowsOf(db, 'select 1')))
    expect(tried.map(({ status }) => status)).toEqual(Array(5).fill('rejected'))
    await expect.poll(() => poolOf(db).size, { timeout: 3_000 }).toBe(0)
    await expect.poll(() => proxy.open).toBe(0)
    proxy.relay()
    expect(await Promise.all([1, 2, 3].map((n) => rowsOf(db, `select ${n} as n`)))).toEqual([
      [{ n: 1 }],
      [{ n: 2 }],
      [{ n: 3 }],
    ])
    // Sequelize 7 closes what is idle, and nothing that is still being made.
    await expect.poll(() => poolOf(db).available).toBe(2)
    await db.close()
    await expect.poll(() => proxy.open).toBe(0)
    await proxy.stop()
  })

  test('a slow first statement of the application is not cut off', async () => {
    const db = open(secured({ pool: { max: 1, acquire: 1_000 } }, database.settings))
    expect(await rowsOf(db, 'select 1 as one, pg_sleep(1.5)::text as slept')).toMatchObject([{ one: 1 }])
    await db.close()
  })

  test('a credentials provider that never answers is given up with the deadline', async () => {
    const { password: _password, ...settings } = database.settings
    const db = open(secured({ pool: { acquire: 3_000 } }, { ...settings, secrets: () => new Promise(() => {}) }))
    await expect(db.authenticate()).rejects.toThrow('timeout expired')
    expect(poolOf(db).size).toBe(0)
    await db.close()
  })

  test('a caller who waits longer than pool.acquire for a busy pool gets Sequelize’s own error', async () => {
    const db = open(secured({ pool: { max: 1, acquire: 1_000 } }, database.settings))
    await db.authenticate()
    const busy = rowsOf(db, 'select pg_sleep(2)')
    await expect(rowsOf(db, 'select 1')).rejects.toMatchObject({ name: 'SequelizeConnectionAcquireTimeoutError' })
    await busy
    expect(await rowsOf(db, 'select 1 as one')).toEqual([{ one: 1 }])
    await db.close()
  })

  test('pg’s own connectionTimeoutMillis holds where it is shorter', async () => {
    const hole = await blackHole()
    const limit = { connectionTimeoutMillis: 300 }
    const db = open(
      secured(
        { ...(user === 'user' ? limit : { dialectOptions: limit }), pool: { acquire: 5_000 } },
        { ...database.settings, port: hole.port },
      ),
    )
    const began = Date.now()
    await expect(db.authenticate()).rejects.toThrow('timeout expired')
    expect(Date.now() - began).toBeLessThan(2_000)
    await expect.poll(() => hole.open).toBe(0)
    await db.close()
    await hole.stop()
  })
})
