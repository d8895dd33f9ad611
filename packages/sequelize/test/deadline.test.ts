import { blackHole, type Database, startDatabase, startHostileServer } from '@verifull/test-harness'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ADMITTED, rowsOf, VERSIONS } from './versions.ts'

let database: Database
beforeAll(async () => {
  database = await startDatabase()
})
afterAll(() => database.stop())

const tls = () => ({
  certificate: database.hierarchy.servers.good.chain,
  key: database.hierarchy.servers.good.key,
})

describe.each(VERSIONS)('under $name', ({ user, secured, open }) => {
  test('a replica that falls silent when it has admitted the client → reads go to the primary', async () => {
    const server = await startHostileServer({ tls: tls(), answers: [ADMITTED, 'silence'] })
    const replicas = [{ host: 'localhost', port: server.port }]
    const db = open(secured({ pool: { max: 1, acquire: 2_000 } }, { ...database.settings, replicas }))
    expect(await rowsOf(db, 'select 1 as one')).toEqual([{ one: 1 }])
    expect((await db.query('select 1 as one'))[0]).toEqual([{ one: 1 }])
    await server.allClosed()
    await db.close()
    await server.stop()
  })

  test('a slow first statement of the application is not cut off', async () => {
    const db = open(secured({ pool: { max: 1, acquire: 1_000 } }, database.settings))
    expect(await rowsOf(db, 'select 1 as one, pg_sleep(1.5)::text as slept')).toMatchObject([{ one: 1 }])
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
