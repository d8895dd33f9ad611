import { deepCopy, SESSION_SEEN, secondCopyOf, startTrappedDatabase } from '@verifull/test-harness'
import { attestationOf, secureConfig } from '@verifull/typeorm'
import pg from 'pg'
import type { DataSource } from 'typeorm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { VERSIONS } from './versions.ts'

const { database, trap, seen, outcome, stop } = await startTrappedDatabase()
afterAll(stop)

describe.each(VERSIONS)('under $name', ({ typeorm }) => {
  /** Returns the server's view of a data source with these options. */
  async function seenWith(config: ConstructorParameters<typeof DataSource>[0], sql = SESSION_SEEN): Promise<unknown> {
    const db = new typeorm.DataSource(config)
    await db.initialize()
    try {
      return await db.query(sql)
    } finally {
      await db.destroy()
    }
  }

  const secured = (more: object = {}) => ({ ...secureConfig({}, database.settings), ...more })

  describe('laid over the options: another server or login → refused by name before any connection', () => {
    test('dataSource.options, changed afterwards', async () => {
      const db = new typeorm.DataSource(secured())
      Object.assign(db.options, { ssl: false, host: trap.host, port: trap.port })
      expect(await outcome(() => db.initialize())).toEqual({ refused: ['host', 'port', 'ssl'] })
    })

    test('setOptions() before a second initialize()', async () => {
      const db = new typeorm.DataSource(secured())
      await db.initialize()
      await db.destroy()
      db.setOptions({ host: trap.host, port: trap.port, ssl: false })
      const again = async () => {
        await db.initialize()
        return db.query(SESSION_SEEN).finally(() => db.destroy())
      }
      // TypeORM 0.3 keeps the driver that it has.
      expect([seen, { refused: ['host', 'port', 'ssl'] }]).toContainEqual(await outcome(again))
    })
  })

  describe('laid over the options: another database of the same server → honoured', () => {
    const _NAME = 'select current_database()::text as name'
    const name = `orders_test_${typeorm === VERSIONS[0]?.typeorm ? 1 : 0}`
    beforeAll(async () => {
      await database.server.sql(`create database ${name} owner scram_user`)
      const table = 'create table if not exists public.orders (id int); alter table public.orders owner to scram_user'
      for (const one of ['app', name]) await database.server.sql(table, one)
    })

    test('database, with dropSchema → the tables of the configured database stay', async () => {
      const table = "select to_regclass('public.orders')::text as name"
      const emptied = secured({ database: name, dropSchema: true })
      expect(await seenWith(emptied, `${table}, current_database()::text as database`)).toEqual([
        { name: null, database: name },
      ])
      expect(await seenWith(secured(), table)).toEqual([{ name: 'orders' }])
    })
  })

  describe('secureConfig() of secured options', () => {
    test('alone, of a living DataSource, with other options → the same connection', async () => {
      expect(await seenWith(secureConfig(secured({ entities: [] })))).toEqual(seen)
      const db = await new typeorm.DataSource(secured()).initialize()
      expect(await seenWith(secureConfig({ ...db.options, logging: false } as object))).toEqual(seen)
      await db.destroy()
    })
  })

  describe('the options may be', () => {
    test('copied, shallow or deep', async () => {
      const config = secureConfig({ entities: [] }, database.settings)
      const { driver, ...plain } = config
      expect(await seenWith({ ...config })).toEqual(seen)
      expect(await seenWith({ ...structuredClone(plain), driver })).toEqual(seen)
      expect(await seenWith(deepCopy(config) as typeof config)).toEqual(seen)
    })

    test('copied without the driver: then they lead nowhere', async () => {
      const { driver: _driver, ...config } = secureConfig({ extra: { stray: 1 } }, database.settings)
      await expect(seenWith(config)).rejects.toMatchObject({ code: 'ENOENT', address: '/only-verifull-may-connect' })
      const json = JSON.parse(JSON.stringify(secureConfig({}, database.settings)))
      await expect(seenWith(json)).rejects.toThrow('Pool is not a constructor')
      await expect(seenWith({ ...secureConfig({}, database.settings), driver: pg })).rejects.toMatchObject({
        code: 'ENOENT',
      })
    })
  })

  describe('with two copies of pg', () => {
    test('the connection is the same, and the parsers are those of the copy that @verifull/pg has', async () => {
      const copy = secondCopyOf<typeof pg>(['pg', 'pg-types'], import.meta.url)
      expect(copy.Client).not.toBe(pg.Client)
      copy.types.setTypeParser(copy.types.builtins.INT8, (text) => `copy ${text}`)
      const sum = 'select 8::int8 as sum'
      const db = await new typeorm.DataSource(secureConfig({}, database.settings)).initialize()
      const client = await db.createQueryRunner().connect()
      expect(client).toBeInstanceOf(pg.Client)
      expect(attestationOf(client)?.tls?.verification).toBe('full')
      expect(await db.query(sum)).toEqual([{ sum: '8' }])
      await db.destroy()
      const other = await new typeorm.DataSource(
        secureConfig({ extra: { types: copy.types } }, database.settings),
      ).initialize()
      expect(await other.query(sum)).toEqual([{ sum: 'copy 8' }])
      await other.destroy()
    })
  })
})
