import { secureConfig } from '@verifull/knex'
import { type Database, SILENT_SERVERS, startDatabase, swallowingProxy } from '@verifull/test-harness'
import type { Knex } from 'knex'
import type { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { QUIET } from './config-of.ts'
import { VERSIONS } from './versions.ts'

let database: Database
beforeAll(async () => {
  database = await startDatabase()
})
afterAll(() => database.stop())

describe.each(VERSIONS)('with $name', ({ knex, options }) => {
  describe.each(Object.entries(SILENT_SERVERS))('a server that falls silent %s', (_when, start) => {
    /**
     * Returns the outcome of a query, its time, and the connections that the server still had open after it, before
     * destroy().
     */
    const tried = async (limits: Knex.Config) => {
      const server = await start(database.hierarchy.servers.good)
      const config = secureConfig({ ...options, log: QUIET, ...limits }, { ...database.settings, port: server.port })
      const db = knex(config)
      const began = Date.now()
      try {
        const error = await db.raw('select 1').catch((reason: unknown) => reason)
        const milliseconds = Date.now() - began
        return { error, milliseconds, open: await server.openConnections() }
      } finally {
        await db.destroy()
        await server.stop()
      }
    }

    test('ends a query within pool.createTimeoutMillis, as Knex words it, and leaves no socket', async () => {
      const { error, milliseconds, open } = await tried({ pool: { createTimeoutMillis: 800 } })
      expect(error).toMatchObject({ name: 'KnexTimeoutError' })
      expect(milliseconds).toBeLessThan(3_000)
      expect(open).toBe(0)
    })

    test('does not keep destroy() from ending', async () => {
      const server = await start(database.hierarchy.servers.good)
      const limits = { ...options, log: QUIET, acquireConnectionTimeout: 1000 }
      const db = knex(secureConfig(limits, { ...database.settings, port: server.port }))
      const began = Date.now()
      const query = db.raw('select 1').catch((reason: unknown) => reason)
      await new Promise((resolve) => setTimeout(resolve, 100))
      await db.destroy()
      expect(await query).toBeInstanceOf(Error)
      expect(Date.now() - began).toBeLessThan(3_000)
      expect(await server.openConnections()).toBe(0)
      await server.stop()
    })
  })

  test('a server that falls silent at Knex’s first question, its version, leaves no socket either', async () => {
    const proxy = await swallowingProxy({ to: database.server })
    const dialect: typeof Knex.Client = knex({ client: 'pg' }).client.constructor
    class Swallowed extends dialect {
      async checkVersion(connection: Client): Promise<string> {
        proxy.swallow()
        await connection.query('select version()')
        return '18'
      }
    }
    const limits = { log: QUIET, client: Swallowed, acquireConnectionTimeout: 600 }
    const db = knex(secureConfig(limits, { ...database.settings, port: proxy.port }))
    await expect(db.raw('select 1')).rejects.toMatchObject({ name: 'KnexTimeoutError' })
    expect(proxy.accepted).toBe(1)
    await expect.poll(() => proxy.open).toBe(0)
    expect(db.client.pool.numPendingCreates()).toBe(0)
    await db.destroy()
    await proxy.stop()
  })

  test('a new connection whose search path is refused is closed', async () => {
    const db = knex(secureConfig({ ...options, log: QUIET, searchPath: ['a\0b'] }, database.settings))
    await expect(db.raw('select 1')).rejects.toThrow()
    await database.idle()
    await db.destroy()
  })

  test('a pool that is exhausted says so as Knex does, and lends again', async () => {
    const config = secureConfig(
      { ...options, log: QUIET, acquireConnectionTimeout: 300, pool: { max: 1 } },
      database.settings,
    )
    const db = knex(config)
    const transaction = await db.transaction()
    const error = await db.raw('select 1').catch((reason: unknown) => reason)
    expect(error).toMatchObject({ name: 'KnexTimeoutError', cause: { code: 'POOL_TIMEOUT' } })
    const words =
      'Knex: Timeout acquiring a connection. The pool is probably full. Are you missing a .transacting(trx) call?'
    expect(String(error)).toMatch(`KnexTimeoutError: ${words} the pool `)
    await transaction.commit()
    expect((await db.raw('select 1 as one')).rows).toEqual([{ one: 1 }])
    await db.destroy()
  })
})
