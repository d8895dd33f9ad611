import { inspect } from 'node:util'
import { attestationOf, secureConfig } from '@verifull/sequelize'
import { SESSION_SEEN, secondCopyOf, startTrappedDatabase } from '@verifull/test-harness'
import pg from 'pg'
import { Sequelize } from 'sequelize'
import { afterAll, describe, expect, test } from 'vitest'
import { rowsOf, VERSIONS } from './versions.ts'

const { database, trap, seen, outcome, stop } = await startTrappedDatabase()
afterAll(stop)

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
  const laidOver = (more: object = {}) => ({ ...secured({}, database.settings), ...more })

  describe('laid over the configuration: another server or login → refused by name before any connection', () => {
    test('addHook() afterwards', async () => {
      const db = open(laidOver())
      db.addHook('beforeConnect', (config) => void Object.assign(config, { host: trap.host }))
      expect(await outcome(() => rowsOf(db, SESSION_SEEN))).toEqual({ refused: ['host'] })
      await db.close()
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
  })

  describe('the configuration', () => {
    test('switched to pg-native leads nowhere', async () => {
      const connect = async () => await open({ ...secured({}, database.settings), native: true }).authenticate()
      await expect(connect()).rejects.toThrow(/reading 'Client'|both the "pgModule" option and the "native" option/)
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
