import { inspect } from 'node:util'
import { type Settings, secureConfig } from '@verifull/knex'
import { type Database, startDatabase } from '@verifull/test-harness'
import type { Knex } from 'knex'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { VERSIONS } from './versions.ts'

let database: Database
let secret: string
beforeAll(async () => {
  database = await startDatabase()
  secret = database.server.password('scram_user')
})
afterAll(() => database.stop())

/** Everything that can be seen of a value: what logs, debuggers and reports print. */
function shown(value: unknown): string {
  const deep = inspect(value, { depth: 12, showHidden: true, maxStringLength: null, maxArrayLength: null })
  const seen = new WeakSet<object>()
  const json = JSON.stringify(value, (_key, one: unknown) => {
    if (typeof one !== 'object' || one === null) return one
    if (seen.has(one)) return undefined
    seen.add(one)
    return one
  })
  return `${String(value)} ${json} ${deep} ${value instanceof Error ? value.stack : ''}`
}

describe.each(VERSIONS)('with $name the password is in nothing that can be shown:', ({ knex, options }) => {
  /** The ways to give it. */
  const given = (): Readonly<Record<string, readonly [Knex.Config, Settings]>> => {
    const { password: _password, ...settings } = database.settings
    const { host: _host, port: _port, database: _database, user: _user, ...rest } = settings
    const url = `postgres://scram_user:${secret}@localhost:${database.server.port}/app`
    return {
      'in the settings': [{}, database.settings],
      'in connection.password': [{ connection: { password: secret } }, settings],
      'in a connection string': [{ connection: url }, rest],
      'from a store': [{}, { ...settings, secrets: async () => ({ password: secret }) }],
    }
  }

  test.each(['in the settings', 'in connection.password', 'in a connection string', 'from a store'])(
    '%s',
    async (way) => {
      const logged: unknown[] = []
      const log = (message: unknown) => void logged.push(message)
      const [more, settings] = given()[way] ?? [{}, {}]
      const config = secureConfig(
        { ...options, log: { warn: log, error: log, debug: log }, debug: true, ...more },
        settings,
      )
      const db = knex(config)
      const seen: unknown[] = [config, db, db.client, db.client.config]
      db.on('start', (event: unknown) => seen.push(event))
      db.on('query', (event: unknown) => seen.push(event))
      await db.transaction(async (transaction) => {
        seen.push(transaction, await transaction.raw('select 1'))
      })
      const connection = await db.client.acquireConnection()
      seen.push(connection, db.client.pool)
      seen.push(
        await db
          .raw('selekt 1')
          .connection(connection)
          .catch((error: unknown) => error),
      )
      db.client.releaseConnection(connection)
      for (const value of [...seen, logged]) expect(shown(value)).not.toContain(secret)
      await db.destroy()
      expect(shown(db.client)).not.toContain(secret)
    },
  )

  test('but without Verifull it is, so what looks for it finds it', async () => {
    const db = knex({ client: 'pg', connection: { host: 'localhost', password: secret }, pool: { min: 0 } })
    expect(shown(db.client)).toContain(secret)
    await db.destroy()
  })

  test('that is wrong, and so refused', async () => {
    const wrong = 'ooTh9aeshai'
    const logged: unknown[] = []
    const log = { warn: (message: unknown) => void logged.push(message) }
    const db = knex(secureConfig({ ...options, log }, { ...database.settings, password: wrong }))
    const error = await db.raw('select 1').catch((reason: unknown) => reason)
    expect(error).toMatchObject({ code: '28P01' })
    for (const value of [error, logged, db.client]) expect(shown(value)).not.toContain(wrong)
    await db.destroy()
  })

  test('in a configuration that is refused', async () => {
    const connection = `postgres://scram_user:${secret}@db.example/app?sslmode=disable`
    const refused = async () => secureConfig({ ...options, connection }, { environment: {}, policy: 'strict' })
    const error = await refused().catch((reason: unknown) => reason)
    expect(error).toMatchObject({ name: 'PolicyError' })
    expect(shown(error)).not.toContain(secret)
  })
})
