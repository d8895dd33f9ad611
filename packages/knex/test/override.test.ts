import { attestationOf, secureConfig } from '@verifull/knex'
import { secureConfig as pgConfig } from '@verifull/pg'
import { SESSION_SEEN, secondCopyOf, startTrappedDatabase } from '@verifull/test-harness'
import type { Knex } from 'knex'
import pg from 'pg'
import { afterAll, describe, expect, test } from 'vitest'
import { OVERRIDES } from './overrides.ts'
import { NEWEST, VERSIONS } from './versions.ts'

const { database, trap, seen, outcome, stop } = await startTrappedDatabase()
afterAll(stop)

const named = (...names: readonly string[]) => names.map((name) => `connection.${name}`)

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
    test('the settings of an instance, changed before its first connection', async () => {
      const db = knex(config())
      Object.assign(db.client.connectionSettings, { host: trap.host, port: trap.port })
      expect(await outcome(() => seenBy(db))).toEqual({ refused: named('host', 'port') })
    })
  })

  describe('secureConfig() of a secured configuration', () => {
    test('alone, of a living instance, with other options → the same connection', async () => {
      expect(await seenBy(knex(secureConfig({ ...config(), debug: false }, database.settings)))).toEqual(seen)
      const db = knex(config())
      expect(await seenBy(knex(secureConfig(db.client.config)))).toEqual(seen)
      expect(await seenBy(db)).toEqual(seen)
    })
  })

  describe('the configuration is the same', () => {
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
      expect(await outcome(elsewhere)).toEqual({ refused: OVERRIDES.overrides['a connection string']?.refused })
      expect(await seenBy(first)).toEqual(seen)
    })
  })

  test('there is no native driver', async () => {
    const { client } = knex(config())
    expect(client.driver.native).toBeUndefined()
    await client.destroy()
  })

  describe('the options may be', () => {
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
