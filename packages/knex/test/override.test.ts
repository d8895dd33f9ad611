import { attestationOf, secureConfig } from '@verifull/knex'
import { secureConfig as pgConfig } from '@verifull/pg'
import {
  deepCopy,
  deepFreeze,
  SESSION_SEEN,
  secondCopyOf,
  startTrappedDatabase,
  withVariables,
} from '@verifull/test-harness'
import type { Knex } from 'knex'
import pg from 'pg'
import { afterAll, describe, expect, test } from 'vitest'
import { NEWEST, VERSIONS } from './versions.ts'

const { database, trap, seen, outcome, stop } = await startTrappedDatabase()
afterAll(stop)

type Change = readonly [options: () => Record<string, unknown>, refused: readonly string[]]

const named = (...names: readonly string[]) => names.map((name) => `connection.${name}`)

/**
 * Changes that a plug-in or an application may lay over the configuration, and the options for which each is refused.
 */
const CHANGES: Readonly<Record<string, Change>> = {
  'another connection': [
    () => ({ connection: { host: trap.host, port: trap.port, ssl: false } }),
    named('host', 'port', 'ssl'),
  ],
  'a connection that verifies nothing': [
    () => ({ connection: { host: trap.host, ssl: { rejectUnauthorized: false } } }),
    named('host', 'ssl'),
  ],
  'a connection string': [() => ({ connection: trap.url }), named('host', 'port', 'user', 'password', 'ssl')],
  'connection.connectionString': [
    () => ({ connection: { connectionString: trap.url, ssl: false } }),
    named('connectionString'),
  ],
  'another user': [() => ({ connection: { user: 'trust_user', password: 'x' } }), named('user', 'password')],
  'a connection function': [
    () => ({ connection: async () => ({ connectionString: trap.url, expirationChecker: () => false }) }),
    named('connectionString'),
  ],
  'a connection function of another login': [
    () => ({ connection: () => ({ user: 'trust_user', password: 'x' }) }),
    named('user', 'password'),
  ],
  'connection.stream': [() => ({ connection: { stream: () => new pg.Connection({}).stream } }), named('stream')],
  'connection.connection': [() => ({ connection: { connection: new pg.Connection({}) } }), named('connection')],
  'connection.sslnegotiation': [() => ({ connection: { sslnegotiation: 'direct' } }), named('sslnegotiation')],
}

/** Nothing of it reaches the driver. */
const WITHOUT_EFFECT: Readonly<Record<string, () => Record<string, unknown>>> = {
  'ssl at the top': () => ({ ssl: false }),
  dialect: () => ({ dialect: 'pgnative' }),
}

describe.each(VERSIONS)('under $name', ({ knex, options }) => {
  const config = (more: Knex.Config = {}) => secureConfig({ ...options, ...more }, database.settings)

  /** Returns the server's view of an instance. */
  async function seenBy(db: Knex): Promise<unknown> {
    try {
      return (await db.raw(SESSION_SEEN)).rows
    } finally {
      await db.destroy()
    }
  }

  describe('laid over the configuration: another server or login → refused by name before any connection', () => {
    test.each(Object.entries(CHANGES))('%s', async (_name, [over, refused]) => {
      expect(await outcome(() => seenBy(knex({ ...config(), ...over() })))).toEqual({ refused })
    })

    test.each(Object.entries(WITHOUT_EFFECT))('%s → the same connection', async (_name, over) => {
      expect(await seenBy(knex({ ...config(), ...over() }))).toEqual(seen)
    })

    test('a configuration that is changed before the instance is made', async () => {
      const changed = config()
      Object.assign(changed.connection, { host: trap.host, ssl: false })
      expect(await outcome(() => seenBy(knex(changed)))).toEqual({ refused: named('host', 'ssl') })
    })

    test('the settings of an instance, changed before its first connection', async () => {
      const db = knex(config())
      Object.assign(db.client.connectionSettings, { host: trap.host, port: trap.port })
      expect(await outcome(() => seenBy(db))).toEqual({ refused: named('host', 'port') })
    })
  })

  test('laid over the configuration: another database of the same server → honoured', async () => {
    const name = `orders_${knex === VERSIONS[0]?.knex ? 'one' : 'two'}`
    await database.server.sql(`create database ${name}`)
    const { connection, ...rest } = config()
    const db = knex({ ...rest, connection: { ...connection, database: name } })
    expect((await db.raw('select current_database()::text as name')).rows).toEqual([{ name }])
    await db.destroy()
    const late = knex({ ...rest, connection: async () => ({ database: name }) })
    expect((await late.raw('select current_database()::text as name')).rows).toEqual([{ name }])
    await late.destroy()
  })

  describe('secureConfig() of a secured configuration', () => {
    test('alone, of a living instance, with other options → the same connection', async () => {
      expect(await seenBy(knex(secureConfig({ ...config(), debug: false }, database.settings)))).toEqual(seen)
      const db = knex(config())
      expect(await seenBy(knex(secureConfig(db.client.config)))).toEqual(seen)
      expect(await seenBy(db)).toEqual(seen)
    })

    test.each(Object.entries(CHANGES).filter(([name]) => !/function|a connection string/.test(name)))(
      'with %s → refused at once',
      async (_name, [over, refused]) => {
        expect(await outcome(() => secureConfig({ ...config(), ...over() }))).toEqual({ refused })
      },
    )

    test('with a connection string or function → refused at once', async () => {
      for (const connection of [trap.url, () => ({ host: trap.host })])
        expect(await outcome(() => secureConfig({ ...config(), connection }))).toEqual({ refused: ['connection'] })
    })
  })

  describe('the configuration is the same', () => {
    test('options that are changed after they were read', async () => {
      const given = { connection: { host: 'localhost', port: database.server.port } }
      const { host: _host, port: _port, ...settings } = database.settings
      const made = secureConfig({ ...options, ...given }, settings)
      Object.assign(given.connection, { host: trap.host, port: trap.port, ssl: false })
      expect(await seenBy(knex(made))).toEqual(seen)
    })

    test('initialize() with another configuration', async () => {
      const db = knex(config())
      await db.destroy()
      db.initialize({ client: 'pg', connection: trap.url, pool: { min: 0, max: 1 } })
      expect(await seenBy(db)).toEqual(seen)
    })

    test('withUserParams(), whose client is a copy', async () => {
      const db = knex(config())
      const copy = db.withUserParams({ customUserParam: 1 })
      expect((await copy.raw(SESSION_SEEN)).rows).toEqual(seen)
      expect(copy.client.driver.native).toBeUndefined()
      expect(await seenBy(db)).toEqual(seen)
    })

    test('client.acquireRawConnection()', async () => {
      const db = knex(config())
      const connection = await db.client.acquireRawConnection()
      expect((await connection.query(SESSION_SEEN)).rows).toEqual(seen)
      expect(attestationOf(connection)?.tls?.verification).toBe('full')
      await db.client.destroyRawConnection(connection)
      await db.destroy()
    })

    test('the client.config of an instance makes another one', async () => {
      const first = knex(config())
      expect(await seenBy(knex(first.client.config))).toEqual(seen)
      const elsewhere = () => seenBy(knex({ ...first.client.config, connection: trap.url }))
      expect(await outcome(elsewhere)).toEqual({ refused: CHANGES['a connection string']?.[1] })
      expect(await seenBy(first)).toEqual(seen)
    })
  })

  describe('what takes the connection away from Verifull leads nowhere', () => {
    const NOWHERE = { code: 'ENOENT', address: '/only-verifull-may-connect' }

    test('client: pg', async () => {
      await expect(seenBy(knex({ ...config(), client: 'pg' }))).rejects.toMatchObject(NOWHERE)
    })

    test('a copy by way of JSON', async () => {
      const copy: Knex.Config = JSON.parse(JSON.stringify(config()))
      await expect(seenBy(knex({ ...copy, client: 'pg' }))).rejects.toMatchObject(NOWHERE)
    })
  })

  test('there is no native driver', async () => {
    const { client } = knex(config())
    expect(client.driver.native).toBeUndefined()
    await client.destroy()
  })

  describe('hostile PG* variables', () => {
    test('set after the fact', async () => {
      const made = config()
      await withVariables(trap.variables, async () => expect(await seenBy(knex(made))).toEqual(seen))
    })

    test('set before: the mode is refused by name, the rest is weaker than what the application says', async () => {
      const { environment: _none, ...settings } = database.settings
      const { PGSSLMODE, PGSSLNEGOTIATION: _direct, ...weaker } = trap.variables
      const made = () => secureConfig(options, { ...settings, policy: 'production' })
      await withVariables({ PGSSLMODE }, async () => {
        expect(made).toThrow(/^sslmode=disable \(from PGSSLMODE\) is refused by policy production/)
      })
      await withVariables(weaker, async () => expect(await seenBy(knex(made()))).toEqual(seen))
    })
  })

  describe('the options may be', () => {
    test.each([undefined, null])('%s', async (none) => {
      const given = none as undefined
      expect(await seenBy(knex(secureConfig(given, database.settings)))).toEqual(seen)
    })

    const given = () => ({
      ...options,
      connection: { host: 'localhost', ssl: { ca: database.hierarchy.root.certificate } },
      pool: { min: 0, max: 2 },
    })
    const rest = () => {
      const { host: _host, sslrootcert: _ca, ...settings } = database.settings
      return settings
    }

    test('frozen, all the way down, and so may the configuration', async () => {
      const frozen = deepFreeze(given())
      expect(await seenBy(knex(secureConfig(frozen, rest())))).toEqual(seen)
      expect(await seenBy(knex(deepFreeze(secureConfig(frozen, rest()))))).toEqual(seen)
      expect(frozen.connection.host).toBe('localhost')
    })

    test('copied, shallow or deep', async () => {
      expect(await seenBy(knex({ ...config() }))).toEqual(seen)
      expect(await seenBy(knex(deepCopy(config())))).toEqual(seen)
      expect(await seenBy(knex(secureConfig(deepCopy(given()), rest())))).toEqual(seen)
    })

    test('those of Knex itself, which hides the password and forbids to change it', async () => {
      const { password, ...others } = database.settings
      const plain = knex({
        client: 'pg',
        connection: { host: 'localhost', password: String(password) },
        pool: { min: 0 },
      })
      const { connection } = plain.client.config
      expect(Object.keys(connection)).not.toContain('password')
      await plain.destroy()
      const made = secureConfig({ ...options, connection }, others)
      expect(made.connection).not.toHaveProperty('password')
      expect(await seenBy(knex(made))).toEqual(seen)
    })
  })

  test('two copies of pg: the connection is the same, and the parsers are those of the copy that @verifull/pg has', async () => {
    const copy = secondCopyOf<typeof pg>(['pg', 'pg-types'], import.meta.url)
    expect(copy.Client).not.toBe(pg.Client)
    copy.types.setTypeParser(copy.types.builtins.INT8, (text) => `copy ${text}`)
    const sum = async (db: Knex) => {
      const { rows } = await db.raw('select 8::int8 as sum').finally(() => db.destroy())
      return rows
    }
    expect(await sum(knex(config()))).toEqual([{ sum: '8' }])
    expect(
      await sum(knex(config({ connection: { types: { getTypeParser: (oid) => copy.types.getTypeParser(oid) } } }))),
    ).toEqual([{ sum: 'copy 8' }])
  })
})

describe('a pool of others', () => {
  const { knex } = NEWEST
  const REFUSED =
    'option connectionPool: its connections would be made by others; use pool, or give knex() itself a Pool of @verifull/pg'
  const pool = new pg.Pool()

  test('in place of the connection is refused', async () => {
    const { connection: _ours, ...config } = secureConfig({}, database.settings)
    expect(() => knex({ ...config, connectionPool: pool })).toThrow(REFUSED)
  })

  test('beside the connection is refused by Knex', () => {
    const config = secureConfig({}, database.settings)
    expect(() => knex({ ...config, connectionPool: pool })).toThrow(
      "knex: 'connectionPool' and 'connection' are mutually exclusive",
    )
  })

  test('of @verifull/pg, given to knex() itself, connects as that package says', async () => {
    const ours = new pg.Pool(pgConfig({ max: 2 }, database.settings))
    const db = knex({ client: 'pg', connectionPool: ours })
    expect((await db.raw(SESSION_SEEN)).rows).toEqual(seen)
    await db.destroy()
    await ours.end()
  })

  test('that comes by initialize() is refused', async () => {
    const db = knex(secureConfig({}, database.settings))
    await db.destroy()
    expect(() => db.initialize({ connectionPool: pool })).toThrow(REFUSED)
  })
})
