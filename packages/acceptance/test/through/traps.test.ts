import { Utils } from '@mikro-orm/core'
import { placeholderHost, secureConfig } from '@verifull/pg'
import { plaintextDowngrader, startDatabase } from '@verifull/test-harness'
import pg from 'pg'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { allLibraries } from './libraries.ts'

const { libraries, remove } = await allLibraries()
const { server, settings, stop } = await startDatabase()
const trap = await plaintextDowngrader({ to: server })
afterAll(async () => {
  await trap.stop()
  await stop()
  await remove()
})

const config = secureConfig({ max: 1 }, settings)
const elsewhere = `postgres://trust_user:hostile@127.0.0.1:${trap.port}/app?sslmode=disable`

/** Changes that a library or its user may make to the configuration before pg gets it. */
const CHANGES: Readonly<Record<string, (given: typeof config) => typeof config>> = {
  'as it is': (given) => given,
  'a spread copy': (given) => ({ ...given }),
  'a frozen copy': (given) => Object.freeze({ ...given }),
  'MikroORM’s copy, without properties that are not enumerable': (given) => Utils.mergeConfig({}, given),
}

/** Changes that would lead to another server or login: refused before any connection. */
const ELSEWHERE: typeof CHANGES = {
  'with a URL to another server beside it': (given) => ({ ...given, connectionString: elsewhere }),
  'with another host, port, user and no TLS': (given) =>
    Object.assign({ ...given }, { host: '127.0.0.1', port: trap.port, user: 'trust_user', ssl: false }),
}

const SESSION =
  'select ssl, current_user::text as user, current_database()::text as database from pg_stat_ssl where pid = pg_backend_pid()'
const SECURE = [{ ssl: true, user: 'scram_user', database: 'app' }]

/** Connections that the server had seen before the test. */
let before = 0
beforeEach(async () => {
  before = (await server.connectionsSeen()).length
})

/** Connections of the test in the server's log. */
async function seen(): Promise<unknown[]> {
  const connections = (await server.connectionsSeen()).slice(before)
  return connections.map(({ authorized, refused }) => refused ?? (authorized?.tls ? 'TLS' : 'plaintext'))
}

describe.each(libraries)('$name, configuration', ({ connect }) => {
  test.each(Object.entries(CHANGES))('%s → a TLS session as configured', async (_what, change) => {
    const session = await connect(change(config))
    try {
      expect(await session.query(SESSION)).toEqual(SECURE)
    } finally {
      await session.close()
    }
    expect(new Set(await seen())).toEqual(new Set(['TLS']))
    expect(trap.connections).toEqual([])
  })

  test.each(Object.entries(ELSEWHERE))('%s → refused', async (_what, change) => {
    await expect(connect(change(config)).then((session) => session.query(SESSION))).rejects.toSatisfy(
      (error: Error & { readonly problems?: unknown }) =>
        `${error} ${error.cause}`.includes('is laid over a secured configuration'),
    )
    expect(await seen()).toEqual([])
    expect(trap.connections).toEqual([])
  })

  test('another database → honoured', async () => {
    const session = await connect({ ...config, database: 'postgres' })
    expect(await session.query(SESSION)).toEqual([{ ...SECURE[0], database: 'postgres' }])
    await session.close()
  })

  test('a copy through JSON → refused at the placeholder host', async () => {
    const left = JSON.parse(JSON.stringify(config))
    await expect(connect(left)).rejects.toSatisfy((error: Error) =>
      `${error} ${error.cause}`.includes(placeholderHost()),
    )
    expect(await seen()).toEqual([])
  })
})

test('the other server, pg without Verifull → connected in plaintext', async () => {
  const client = new pg.Client(elsewhere)
  await client.connect()
  await client.end()
  expect(await seen()).toEqual(['plaintext'])
  expect(trap.connections).toHaveLength(1)
})
