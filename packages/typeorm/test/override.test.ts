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
import { afterAll, describe, expect, test } from 'vitest'
import { VERSIONS } from './versions.ts'

const { database, trap, seen, stop } = await startTrappedDatabase()
afterAll(stop)

/** What a framework, a plug-in or a hurried colleague may put over the options. */
const OVERRIDES: Readonly<Record<string, () => Record<string, unknown>>> = {
  'ssl: false': () => ({ ssl: false }),
  'ssl that verifies nothing': () => ({ ssl: { rejectUnauthorized: false } }),
  'another host and port': () => ({ host: trap.host, port: trap.port }),
  'another url': () => ({ url: trap.url }),
  'another user': () => ({ username: 'trust_user', password: 'x' }),
  'extra.ssl: false': () => ({ extra: { ssl: false } }),
  'extra.host and extra.port': () => ({ extra: { host: trap.host, port: trap.port, ssl: false } }),
  'extra.connectionString': () => ({
    extra: { connectionString: trap.url },
  }),
  'extra.user': () => ({ extra: { user: 'trust_user', password: 'x' } }),
  'extra.Client': () => ({ extra: { Client: pg.Client, host: trap.host, port: trap.port, ssl: false } }),
  'extra.stream': () => ({ extra: { stream: () => new pg.Connection({}).stream } }),
  'extra.connection': () => ({ extra: { connection: new pg.Connection({}) } }),
  'extra.enableChannelBinding and extra.sslnegotiation': () => ({
    extra: { enableChannelBinding: false, sslnegotiation: 'direct' },
  }),
  replication: () => {
    const server = { host: trap.host, port: trap.port, username: 'trust_user', ssl: false }
    return { replication: { master: server, slaves: [server] } }
  },
  'a native driver': () => ({ nativeDriver: { Pool: pg.Pool } }),
}

describe.each(VERSIONS)('under $name', ({ typeorm }) => {
  /** What the server sees of a data source with these options. */
  async function seenWith(config: ConstructorParameters<typeof DataSource>[0]): Promise<unknown> {
    const db = new typeorm.DataSource(config)
    await db.initialize()
    try {
      return await db.query(SESSION_SEEN)
    } finally {
      await db.destroy()
    }
  }

  describe('what is put over the options changes nothing', () => {
    test.each(Object.entries(OVERRIDES))('%s', async (_name, options) => {
      expect(await seenWith({ ...secureConfig({}, database.settings), ...options() })).toEqual(seen)
    })

    test('options that are changed afterwards, before and after the DataSource is made', async () => {
      const config = secureConfig({}, database.settings)
      Object.assign(config, { ssl: false, host: trap.host, port: trap.port })
      Object.assign(config.extra, { ssl: false, host: trap.host, port: trap.port, Client: pg.Client })
      expect(await seenWith(config)).toEqual(seen)
      const db = new typeorm.DataSource(secureConfig({}, database.settings))
      Object.assign(db.options, { ssl: false, host: trap.host, port: trap.port, driver: pg })
      await db.initialize()
      expect(await db.query(SESSION_SEEN)).toEqual(seen)
      await db.destroy()
    })

    test('setOptions(), and a second initialize()', async () => {
      const db = new typeorm.DataSource(secureConfig({}, database.settings))
      await db.initialize()
      await db.destroy()
      db.setOptions({ ssl: false, host: trap.host, port: trap.port, url: trap.url, extra: { ssl: false }, driver: pg })
      await db.initialize()
      expect(await db.query(SESSION_SEEN)).toEqual(seen)
      await db.destroy()
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
      await expect(seenWith(config)).rejects.toMatchObject({
        code: 'ENOTFOUND',
        hostname: 'only-verifull-may-connect.invalid',
      })
      const json = JSON.parse(JSON.stringify(secureConfig({}, database.settings)))
      await expect(seenWith(json)).rejects.toThrow('Pool is not a constructor')
      await expect(seenWith({ ...secureConfig({}, database.settings), driver: pg })).rejects.toMatchObject({
        code: 'ENOTFOUND',
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
