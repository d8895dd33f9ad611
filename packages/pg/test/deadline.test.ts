import { type Settings, secureConfig } from '@verifull/pg'
import { blackHole, type Database, SILENT_SERVERS, startDatabase } from '@verifull/test-harness'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

let database: Database
beforeAll(async () => {
  database = await startDatabase()
})
afterAll(() => database.stop())

describe.each(Object.entries(SILENT_SERVERS))('a server that falls silent %s', (_when, start) => {
  const tried = async (connect: (settings: Settings) => Promise<unknown>, options: Partial<Settings> = {}) => {
    const server = await start(database.hierarchy.servers.good)
    const began = Date.now()
    try {
      const error = await connect({ ...database.settings, port: server.port, ...options }).then(
        () => undefined,
        (reason: unknown) => reason,
      )
      return { error, milliseconds: Date.now() - began, open: await server.openConnections() }
    } finally {
      await server.stop()
    }
  }

  test('ends a client’s connect within connect_timeout', async () => {
    const { error, milliseconds, open } = await tried(
      async (settings) => await new pg.Client(secureConfig({}, settings)).connect(),
      { connect_timeout: 1 }, // libpq makes it 2
    )
    expect(error).toMatchObject({ code: 'ETIMEDOUT' })
    expect(milliseconds).toBeGreaterThan(1_900)
    expect(milliseconds).toBeLessThan(4_000)
    expect(open).toBe(0)
  })

  test.each(['Client', 'secured Client'] as const)(
    'a %s that is ended while it connects gives up at once',
    async (which) => {
      const { error, milliseconds, open } = await tried(async (settings) => {
        const config = secureConfig({}, settings)
        const client = which === 'Client' ? new pg.Client(config) : new config.Client()
        const connecting = client.connect()
        await new Promise((resolve) => setTimeout(resolve, 200))
        await client.end()
        await connecting
      })
      expect(String(error)).toBe('Error: Connection terminated')
      expect(milliseconds).toBeLessThan(3_000)
      expect(open).toBe(0)
    },
  )
})

test('a first host that is dead leaves time for the second', async () => {
  const dead = await blackHole()
  const pool = new pg.Pool(
    secureConfig(
      { min: 0 },
      { ...database.settings, host: ['localhost', 'localhost'], port: [dead.port, database.server.port] },
    ),
  )
  const { rows } = await pool.query('select 1 as one')
  expect(rows).toEqual([{ one: 1 }])
  await pool.end()
  await dead.stop()
})
