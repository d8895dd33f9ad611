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

const { database, trap, seen, outcome, stop } = await startTrappedDatabase()
afterAll(stop)

type Change = readonly [options: () => Record<string, unknown>, refused: readonly string[]]

/**
 * Changes that a framework, a plug-in or an application may lay over the configuration, and the options for which each
 * is refused.
 */
const CHANGES: Readonly<Record<string, Change>> = {
  'another host and port': [() => ({ host: trap.host, port: trap.port }), ['host', 'port']],
  'another port': [() => ({ port: trap.port }), ['port']],
  'another password': [() => ({ password: 'x' }), ['password']],
  'a hook that leads elsewhere': [
    () => ({
      hooks: {
        beforeConnect: (config: object) => void Object.assign(config, { host: trap.host, port: trap.port }),
      },
    }),
    ['host', 'port'],
  ],
  'a hook that sets a password': [
    () => ({ hooks: { beforeConnect: (config: object) => void Object.assign(config, { password: 'x' }) } }),
    ['password'],
  ],
}

/** Those that only Sequelize 6 takes. */
const CHANGES_6: typeof CHANGES = {
  ...CHANGES,
  'another user': [() => ({ username: 'trust_user', password: 'x' }), ['username', 'password']],
  'dialectOptions.ssl: false': [() => ({ dialectOptions: { ssl: false } }), ['dialectOptions.ssl']],
  'dialectOptions.ssl that verifies nothing': [
    () => ({ dialectOptions: { ssl: { require: true, rejectUnauthorized: false } } }),
    ['dialectOptions.ssl'],
  ],
  'dialectOptions.stream': [
    () => ({ dialectOptions: { stream: () => new pg.Connection({}).stream } }),
    ['dialectOptions.stream'],
  ],
  replication: [
    () => {
      const server = { host: trap.host, port: trap.port, username: 'trust_user' }
      return { replication: { write: server, read: [server] } }
    },
    ['host', 'port', 'username'],
  ],
}

const CHANGES_7: typeof CHANGES = {
  ...CHANGES,
  'ssl: false': [() => ({ ssl: false }), ['ssl']],
  'ssl that verifies nothing': [() => ({ ssl: { rejectUnauthorized: false } }), ['ssl']],
  'another user': [() => ({ user: 'trust_user', password: 'x' }), ['user', 'password']],
  stream: [() => ({ stream: () => new pg.Connection({}).stream }), ['stream']],
  replication: [
    () => {
      const server = { host: trap.host, port: trap.port, user: 'trust_user', ssl: false }
      return { replication: { write: server, read: [server] } }
    },
    ['host', 'port', 'user', 'ssl'],
  ],
}

/** Sequelize 6 itself hands nothing of it to its driver. */
const WITHOUT_EFFECT_6: Readonly<Record<string, () => Record<string, unknown>>> = {
  'ssl at the top': () => ({ ssl: false }),
  'dialectOptions.host and port': () => ({ dialectOptions: { host: trap.host, port: trap.port } }),
  'dialectOptions.connection': () => ({ dialectOptions: { connection: new pg.Connection({}) } }),
  'dialectOptions.connectionString': () => ({ dialectOptions: { connectionString: trap.url } }),
}

describe.each(VERSIONS)('under $name', ({ user, module, secured, open, poolOf }) => {
  /** Returns the server's view of both pools with this configuration. */
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

  const isSix = user === 'username'
  const changes = isSix ? CHANGES_6 : CHANGES_7
  const laidOver = (more: object = {}) => ({ ...secured({}, database.settings), ...more })

  describe('laid over the configuration: another server or login → refused by name before any connection', () => {
    test.each(Object.entries(changes))('%s', async (_name, [options, refused]) => {
      expect(await outcome(() => seenWith(laidOver(options())))).toEqual({ refused })
    })

    test.each(Object.entries(isSix ? WITHOUT_EFFECT_6 : {}))('%s → the same connection', async (_name, options) => {
      expect(await seenWith(laidOver(options()))).toEqual(seen)
    })

    test('addHook() afterwards', async () => {
      const db = open(laidOver())
      db.addHook('beforeConnect', (config) => void Object.assign(config, { host: trap.host }))
      expect(await outcome(() => rowsOf(db, SESSION_SEEN))).toEqual({ refused: ['host'] })
      await db.close()
    })

    test('options that are changed before the instance is made', async () => {
      const config = laidOver()
      Object.assign(config, { host: trap.host, port: trap.port })
      expect(await outcome(() => seenWith(config))).toEqual({ refused: ['host', 'port'] })
    })

    test('options that are changed after it was made, which Sequelize has copied or frozen → the same connection', async () => {
      const late = laidOver()
      const db = open(late)
      const elsewhere = { host: trap.host, port: trap.port, [user]: 'trust_user' }
      Object.assign(late, elsewhere)
      for (const options of [db.config, Reflect.get(db, 'options')])
        if (!Object.isFrozen(options)) Object.assign(options, elsewhere)
      expect(await rowsOf(db, SESSION_SEEN)).toEqual(seen)
      await db.close()
    })
  })

  test('laid over the configuration: another database of the same server → honoured', async () => {
    const name = `orders_${isSix ? 6 : 7}`
    await database.server.sql(`create database ${name}`)
    const NAME = 'select current_database()::text as name'
    for (const more of [
      { database: name },
      { hooks: { beforeConnect: (config: object) => void Object.assign(config, { database: name }) } },
    ]) {
      const db = open(laidOver(more))
      expect(await rowsOf(db, NAME)).toEqual([{ name }])
      await db.close()
    }
  })

  describe('secureConfig() of a secured configuration', () => {
    test('alone, of a living instance, with other options → the same connection', async () => {
      expect(await seenWith(secured(laidOver({ logging: false })))).toEqual(seen)
      const db = open(laidOver())
      const living = async () => await seenWith(secured({ ...Reflect.get(db, 'options'), logging: false }))
      // The options of an instance of Sequelize 7 have no dialect and no driver in them: nobody can connect with them.
      if (isSix) expect(await living()).toEqual(seen)
      else await expect(living()).rejects.toThrow('(from option replication.write.host) is what secureConfig() gives')
      await db.close()
    })

    const again = Object.entries(changes).filter(([name]) => !name.includes('hook') && name !== 'replication')
    test.each(again)('with %s → refused at once', async (_name, [options, refused]) => {
      expect(await outcome(() => secured(laidOver(options())))).toEqual({ refused })
    })

    test('with replication to another server → refused at once', async () => {
      const server = { host: trap.host }
      expect(await outcome(() => secured(laidOver({ replication: { write: server, read: [server] } })))).toEqual({
        refused: ['replication.write.host', 'replication.read[0].host'],
      })
    })
  })

  describe('the configuration', () => {
    test('with its driver taken out or changed leads nowhere', async () => {
      const { [module]: _driver, ...without } = secured({}, database.settings)
      for (const config of [without, { ...without, [module]: pg }]) {
        const db = open(config)
        await expect(db.authenticate()).rejects.toMatchObject({
          message: expect.stringContaining('/only-verifull-may-connect'),
          parent: { code: 'ENOENT' },
        })
        await db.close()
      }
    })

    test('switched to pg-native leads nowhere', async () => {
      const connect = async () => await open({ ...secured({}, database.settings), native: true }).authenticate()
      await expect(connect()).rejects.toThrow(/reading 'Client'|both the "pgModule" option and the "native" option/)
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

describe('what Sequelize 6 takes beside the options', () => {
  const config = (more: object = {}) => secureConfig({ logging: false, ...more }, database.settings)
  const REFUSED: Readonly<Record<string, readonly [() => Sequelize, readonly string[]]>> = {
    'a URL to another server': [
      () => new Sequelize(trap.url, config()),
      ['host', 'port', 'username', 'password', 'dialectOptions.ssl'],
    ],
    'database, user and password': [
      () => new Sequelize('template1', 'trust_user', 'x', config()),
      ['username', 'password'],
    ],
  }

  test.each(Object.entries(REFUSED))(
    '%s → refused by name before any connection',
    async (_name, [instance, refused]) => {
      const db = instance()
      expect(await outcome(() => rowsOf(db, SESSION_SEEN))).toEqual({ refused })
      await db.close()
    },
  )

  test.each<[string, () => Sequelize]>([
    ['the database as first argument', () => new Sequelize('template1', null as never, undefined, config())],
    [
      'a URL of the same server',
      () => new Sequelize(`postgres://localhost:${database.server.port}/template1`, config()),
    ],
  ])('%s → honoured', async (_name, instance) => {
    const db = instance()
    expect(await rowsOf(db, 'select current_database()::text as name')).toEqual([{ name: 'template1' }])
    await db.close()
  })

  test('and what is given is not written to, though Sequelize writes a URL’s query into dialectOptions', async () => {
    const given = { logging: false, dialectOptions: { statement_timeout: 5_000 } } as const
    const url = `postgres://localhost:${database.server.port}/app?application_name=stray`
    const db = new Sequelize(url, secureConfig(given, database.settings))
    expect(await rowsOf(db, "select current_setting('statement_timeout') as it")).toEqual([{ it: '5s' }])
    expect(given).toEqual({ logging: false, dialectOptions: { statement_timeout: 5_000 } })
    await db.close()
  })
})
