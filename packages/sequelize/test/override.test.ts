import { inspect } from 'node:util'
import { attestationOf, secureConfig } from '@verifull/sequelize'
import {
  deepCopy,
  deepFreeze,
  SESSION_SEEN,
  secondCopyOf,
  startTrappedDatabase,
  withVariables,
} from '@verifull/test-harness'
import pg from 'pg'
import { Sequelize } from 'sequelize'
import { afterAll, describe, expect, test } from 'vitest'
import { rowsOf, VERSIONS } from './versions.ts'

const { database, trap, seen, stop } = await startTrappedDatabase()
afterAll(stop)

/** What a framework, a plug-in or a hurried colleague may put over the configuration. */
const OVERRIDES: Readonly<Record<string, () => Record<string, unknown>>> = {
  'ssl: false': () => ({ ssl: false }),
  'ssl that verifies nothing': () => ({ ssl: { rejectUnauthorized: false } }),
  'another host and port': () => ({ host: trap.host, port: trap.port }),
  'another user': () => ({ username: 'trust_user', password: 'x' }),
  'hooks that lead elsewhere': () => ({
    hooks: {
      beforeConnect(config: Record<string, unknown>) {
        const elsewhere = {
          host: trap.host,
          port: trap.port,
          username: 'trust_user',
          user: 'trust_user',
          password: 'x',
        }
        Object.assign(config, elsewhere, { ssl: false, dialectOptions: { ssl: false }, database: 'template1' })
      },
    },
  }),
}

/** What only Sequelize 6 takes. */
const OVERRIDES_6: typeof OVERRIDES = {
  'dialectOptions.ssl: false': () => ({ dialectOptions: { ssl: false } }),
  'dialectOptions.ssl that verifies nothing': () => ({
    dialectOptions: { ssl: { require: true, rejectUnauthorized: false } },
  }),
  'dialectOptions.host and port': () => ({ dialectOptions: { host: trap.host, port: trap.port, ssl: false } }),
  'dialectOptions.stream': () => ({ dialectOptions: { stream: () => new pg.Connection({}).stream } }),
  'dialectOptions.connection': () => ({ dialectOptions: { connection: new pg.Connection({}) } }),
  'dialectOptions.connectionString': () => ({
    dialectOptions: { connectionString: trap.url },
  }),
  replication: () => {
    const server = { host: trap.host, port: trap.port, username: 'trust_user', dialectOptions: { ssl: false } }
    return { replication: { write: server, read: [server] } }
  },
}

const OVERRIDES_7: typeof OVERRIDES = {
  url: () => ({ url: `postgres://trust_user:x@127.0.0.1:${trap.port}/app` }),
  user: () => ({ user: 'trust_user', password: 'x' }),
  stream: () => ({ stream: () => new pg.Connection({}).stream }),
  replication: () => {
    const server = { host: trap.host, port: trap.port, user: 'trust_user', ssl: false }
    return { replication: { write: server, read: [server, `postgres://trust_user:x@127.0.0.1:${trap.port}/app`] } }
  },
}

describe.each(VERSIONS)('under $name', ({ user, module, secured, open, poolOf }) => {
  /** What the server sees of both pools with this configuration. */
  async function seenWith(config: object): Promise<unknown> {
    const db = open(config)
    try {
      const [read, write] = [await rowsOf(db, SESSION_SEEN), await db.query(SESSION_SEEN)]
      expect(write[0]).toEqual(read)
      return read
    } finally {
      await db.close()
    }
  }

  const own = { ...OVERRIDES, ...(user === 'username' ? OVERRIDES_6 : OVERRIDES_7) }

  describe('what is put over the configuration changes nothing', () => {
    test.each(Object.entries(own))('%s', async (_name, options) => {
      const { username, ...over } = options()
      const given = { ...over, ...(username !== undefined && { [user]: username }) }
      expect(await seenWith({ ...secured({}, database.settings), ...given })).toEqual(seen)
    })

    test('options that are changed afterwards, before and after the instance is made', async () => {
      const config = secured({}, database.settings)
      const elsewhere = { host: trap.host, port: trap.port, ssl: false, [user]: 'trust_user' }
      Object.assign(config, elsewhere)
      expect(await seenWith(config)).toEqual(seen)
      const late = secured({}, database.settings)
      const db = open(late)
      Object.assign(late, elsewhere)
      for (const options of [db.config, Reflect.get(db, 'options')])
        if (!Object.isFrozen(options)) Object.assign(options, elsewhere)
      expect(await rowsOf(db, SESSION_SEEN)).toEqual(seen)
      await db.close()
    })
  })

  describe('the configuration', () => {
    test('with its driver taken out or changed leads nowhere', async () => {
      const { [module]: _driver, ...without } = secured({}, database.settings)
      for (const config of [without, { ...without, [module]: pg }]) {
        const db = open(config)
        await expect(db.authenticate()).rejects.toMatchObject({
          name: 'SequelizeHostNotFoundError',
          message: expect.stringContaining('only-verifull-may-connect.invalid'),
        })
        await db.close()
      }
    })

    test('switched to pg-native leads nowhere', async () => {
      const connect = async () => await open({ ...secured({}, database.settings), native: true }).authenticate()
      await expect(connect()).rejects.toThrow(/reading 'Client'|both the "pgModule" option and the "native" option/)
    })

    test('is refused by name where it is given to secureConfig() again', () => {
      const twice = () => secured(secured({}, database.settings), database.settings)
      expect(twice).toThrow('(from option host) is what secureConfig() gives; call it once, with your own options')
    })

    test('may be copied, deep or shallow', async () => {
      const config = secured({}, database.settings)
      expect(await seenWith({ ...config })).toEqual(seen)
      expect(await seenWith(deepCopy(config) as object)).toEqual(seen)
    })

    test('is not the object that was given, which may be frozen', async () => {
      const given = deepFreeze({
        host: 'localhost',
        pool: { max: 1, evict: 500 },
        define: { underscored: true },
        ...(user === 'username'
          ? { dialectOptions: { ssl: { ca: database.hierarchy.root.certificate }, statement_timeout: 5_000 } }
          : { ssl: { ca: database.hierarchy.root.certificate }, statement_timeout: 5_000 }),
      })
      const before = structuredClone(given)
      const { host: _host, sslrootcert: _ca, ...settings } = database.settings
      expect(await seenWith(secured(given, settings))).toEqual(seen)
      expect(given).toEqual(before)
    })
  })

  test('ssl at the top, which Sequelize 6 itself passes over, is verified TLS', async () => {
    const { sslrootcert: _ca, host: _host, ...settings } = database.settings
    const host = 'localhost'
    expect(await seenWith(secured({ host, ssl: { ca: database.hierarchy.root.certificate } }, settings))).toEqual(seen)
    expect(await seenWith(secured({ host, ssl: true }, { ...settings, sslrootcert: database.ca }))).toEqual(seen)
    const other = database.hierarchy.servers.selfSigned.certificate
    await expect(seenWith(secured({ host, ssl: { ca: other } }, settings))).rejects.toMatchObject({
      name: 'SequelizeConnectionError',
      message: expect.stringContaining('which does not lead to a root in sslrootcert (option ssl.ca)'),
    })
  })

  test('no password is in what can be seen of an instance', async () => {
    const config = secured({}, database.settings)
    const db = open(config)
    const client = await poolOf(db).acquire()
    const password = database.server.password('scram_user')
    for (const value of [config, db, client]) expect(inspect(value, { depth: 8 })).not.toContain(password)
    expect(JSON.stringify([config, db.config])).not.toContain(password)
    poolOf(db).release(client)
    await db.close()
  })

  test('hostile PG* variables, set after the fact', async () => {
    const config = secured({}, database.settings)
    await withVariables(trap.variables, async () => {
      expect(await seenWith(config)).toEqual(seen)
    })
  })

  test('with two copies of pg the connection is the same, and the other copy is refused by name', async () => {
    const copy = secondCopyOf<typeof pg>(['pg', 'pg-types'], import.meta.url)
    expect(copy.Client).not.toBe(pg.Client)
    expect(() => secured({ [module]: copy }, database.settings)).toThrow(
      `option ${module}: Verifull gives Sequelize the pg module that connects as configured; remove it`,
    )
    const db = open(secured({}, database.settings))
    const client = await poolOf(db).acquire()
    expect(client).toBeInstanceOf(pg.Client)
    expect(attestationOf(client)?.tls?.verification).toBe('full')
    poolOf(db).release(client)
    await db.close()
  })
})

describe('what Sequelize 6 takes beside the options has no effect', () => {
  const url = () => `postgres://trust_user:x@127.0.0.1:${trap.port}/template1?sslmode=disable&application_name=stray`
  const WAYS: Readonly<Record<string, () => Sequelize>> = {
    'a URL': () => new Sequelize(url(), secureConfig({ logging: false }, database.settings)),
    'database, user and password': () =>
      new Sequelize('template1', 'trust_user', 'x', secureConfig({ logging: false }, database.settings)),
  }

  test.each(Object.entries(WAYS))('%s', async (_name, instance) => {
    const db = instance()
    expect(await rowsOf(db, SESSION_SEEN)).toEqual(seen)
    expect(await rowsOf(db, 'select current_database() as name')).toEqual([{ name: 'app' }])
    await db.close()
  })

  test('and what is given is not written to, though Sequelize writes a URL’s query into dialectOptions', async () => {
    const given = { logging: false, dialectOptions: { statement_timeout: 5_000 } } as const
    const db = new Sequelize(url(), secureConfig(given, database.settings))
    expect(await rowsOf(db, "select current_setting('statement_timeout') as it")).toEqual([{ it: '5s' }])
    expect(given).toEqual({ logging: false, dialectOptions: { statement_timeout: 5_000 } })
    await db.close()
  })
})
