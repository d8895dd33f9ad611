import {
  deepCopy,
  deepFreeze,
  SESSION_SEEN,
  secondCopyOf,
  startTrappedDatabase,
  withVariables,
} from '@verifull/test-harness'
import { attestationOf, secureConfig } from '@verifull/typeorm'
import pg from 'pg'
import type { DataSource } from 'typeorm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { VERSIONS } from './versions.ts'

const { database, trap, seen, outcome, stop } = await startTrappedDatabase()
afterAll(stop)

type Change = readonly [options: () => Record<string, unknown>, refused: readonly string[]]

/**
 * Changes that a framework, a plug-in or an application may lay over the options, and the options for which each is
 * refused.
 */
const CHANGES: Readonly<Record<string, Change>> = {
  'ssl: false': [() => ({ ssl: false }), ['ssl']],
  'ssl that verifies nothing': [() => ({ ssl: { rejectUnauthorized: false } }), ['ssl']],
  'another host and port': [() => ({ host: trap.host, port: trap.port }), ['host', 'port']],
  'another url': [() => ({ url: trap.url }), ['url']],
  'another user': [() => ({ username: 'trust_user', password: 'x' }), ['username', 'password']],
  'a password function': [() => ({ password: () => 'x' }), ['password']],
  'extra.ssl: false': [() => ({ extra: { ssl: false } }), ['ssl']],
  'extra.host and extra.port': [() => ({ extra: { host: trap.host, port: trap.port } }), ['host', 'port']],
  'extra.connectionString': [() => ({ extra: { connectionString: trap.url } }), ['url']],
  'extra.user': [() => ({ extra: { user: 'trust_user', password: 'x' } }), ['username', 'password']],
  'extra.stream': [() => ({ extra: { stream: () => new pg.Connection({}).stream } }), ['stream']],
  'extra.connection': [() => ({ extra: { connection: new pg.Connection({}) } }), ['connection']],
  'extra.sslnegotiation': [() => ({ extra: { sslnegotiation: 'direct' } }), ['sslnegotiation']],
  'replication to another server': [
    () => ({ replication: { master: { host: trap.host, port: trap.port, ssl: false }, slaves: [] } }),
    ['host', 'port', 'ssl'],
  ],
}

/** Nothing of it reaches the driver. */
const WITHOUT_EFFECT: Readonly<Record<string, () => Record<string, unknown>>> = {
  'extra.Client': () => ({ extra: { Client: pg.Client } }),
  'a native driver': () => ({ nativeDriver: { Pool: pg.Pool } }),
}

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
    test.each(Object.entries(CHANGES))('%s', async (_name, [options, refused]) => {
      expect(await outcome(() => seenWith(secured(options())))).toEqual({ refused })
    })

    test.each(Object.entries(CHANGES))('%s, before the DataSource is made', async (_name, [options, refused]) => {
      const config = secured()
      Object.assign(config, options())
      expect(await outcome(() => seenWith(config))).toEqual({ refused })
    })

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

    test.each(Object.entries(WITHOUT_EFFECT))('%s → the same connection', async (_name, options) => {
      expect(await seenWith(secured(options()))).toEqual(seen)
    })
  })

  describe('laid over the options: another database of the same server → honoured', () => {
    const NAME = 'select current_database()::text as name'
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

    test('extra.database, and replication.master.database', async () => {
      expect(await seenWith(secured({ extra: { database: name } }), NAME)).toEqual([{ name }])
      const replication = { master: { database: name }, slaves: [] }
      expect(await seenWith(secured({ replication }), NAME)).toEqual([{ name }])
    })
  })

  describe('secureConfig() of secured options', () => {
    test('alone, of a living DataSource, with other options → the same connection', async () => {
      expect(await seenWith(secureConfig(secured({ entities: [] })))).toEqual(seen)
      const db = await new typeorm.DataSource(secured()).initialize()
      expect(await seenWith(secureConfig({ ...db.options, logging: false } as object))).toEqual(seen)
      await db.destroy()
    })

    const REFUSED: Readonly<Record<string, readonly string[]>> = {
      'extra.ssl: false': ['extra.ssl'],
      'extra.host and extra.port': ['extra.host', 'extra.port'],
      'extra.connectionString': ['extra.connectionString'],
      'extra.user': ['extra.user', 'extra.password'],
      'extra.stream': ['extra.stream'],
      'extra.connection': ['extra.connection'],
      'extra.sslnegotiation': ['extra.sslnegotiation'],
      'replication to another server': ['replication.master.host', 'replication.master.port', 'replication.master.ssl'],
    }
    test.each(Object.entries(CHANGES))('with %s → refused at once', async (what, [options, refused]) => {
      const again = () => secureConfig(secured(options()) as object)
      expect(await outcome(again)).toEqual({ refused: REFUSED[what] ?? refused })
    })
  })

  describe('hostile PG* variables', () => {
    test('set after the fact', async () => {
      const config = secureConfig({}, database.settings)
      await withVariables(trap.variables, async () => expect(await seenWith(config)).toEqual(seen))
    })

    test('set before: the mode is refused by name, the rest is weaker than what the application says', async () => {
      const { environment: _none, ...settings } = database.settings
      const { PGSSLMODE, PGSSLNEGOTIATION: _direct, ...weaker } = trap.variables
      const config = () => secureConfig({}, { ...settings, policy: 'production' })
      await withVariables({ PGSSLMODE }, async () => {
        expect(config).toThrow(/^sslmode=disable \(from PGSSLMODE\) is refused by policy production/)
      })
      await withVariables(weaker, async () => expect(await seenWith(config())).toEqual(seen))
    })
  })

  describe('the options may be', () => {
    test('frozen, all the way down', async () => {
      const given = Object.freeze({
        entities: Object.freeze([]) as unknown as [],
        host: 'localhost',
        ssl: Object.freeze({ ca: database.hierarchy.root.certificate }),
        extra: Object.freeze({ statement_timeout: 5_000 }),
      })
      const { host: _host, sslrootcert: _ca, ...settings } = database.settings
      const config = secureConfig(given, settings)
      expect(await seenWith(config)).toEqual(seen)
      expect(await seenWith(deepFreeze(secureConfig(given, settings), ['driver']))).toEqual(seen)
      expect(given.host).toBe('localhost')
    })

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
