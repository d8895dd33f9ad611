import dns from 'node:dns'
import { once } from 'node:events'
import { syncBuiltinESMExports } from 'node:module'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import { attestationOf, secureConfig } from '@verifull/pg'
import {
  type ApplicationSettings,
  applicationSettings,
  createHierarchy,
  type PostgresServer,
  startPostgres,
} from '@verifull/test-harness'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

/** Addresses of this machine at which the database is reached as two servers. */
const [BLUE, GREEN, NOWHERE] = ['127.0.0.2', '127.0.0.3', '127.0.0.4'] as const

let database: PostgresServer
let settings: ApplicationSettings
const doors: Server[] = []
const sockets = new Set<Socket>()
/** Answers of the resolver; a name that is not here fails. */
const answers = new Map<string, readonly string[]>()
const { lookup } = dns.promises

beforeAll(async () => {
  const { root, servers } = await createHierarchy()
  const { chain: certificate, key } = servers.wildcard
  database = await startPostgres({ tls: { certificate, key } })
  const blue = await door(BLUE, 0)
  const { port } = blue.address() as AddressInfo
  doors.push(blue, await door(GREEN, port))
  settings = { ...applicationSettings(database, root.certificate), port }
  // As applications and their tracers put a resolver of their own in the place of Node's.
  const own = async (name: string) => {
    const addresses = answers.get(name)
    if (addresses) return addresses.map((address) => ({ address, family: 4 }))
    throw Object.assign(new Error(`getaddrinfo EAI_AGAIN ${name}`), { code: 'EAI_AGAIN', syscall: 'getaddrinfo' })
  }
  dns.promises.lookup = own as unknown as typeof lookup
  syncBuiltinESMExports()
})
afterAll(async () => {
  dns.promises.lookup = lookup
  syncBuiltinESMExports()
  for (const socket of sockets) socket.destroy()
  for (const one of doors) one.close()
  await database?.stop()
})

/** Relays connections to an address to the database. */
async function door(host: string, at: number): Promise<Server> {
  const server = createServer((client) => {
    const behind = connect({ host: database.host, port: database.port })
    for (const socket of [client, behind]) sockets.add(socket.on('error', () => {}))
    client.pipe(behind).pipe(client)
  })
  server.listen(at, host)
  await once(server, 'listening')
  return server
}

/** A pool of three clients that dials `name`, two of them idle and one lent. */
async function opened(name: string, addresses: readonly string[]) {
  answers.set(name, addresses)
  const pool = new pg.Pool(secureConfig({ max: 3, idleTimeoutMillis: 0 }, { ...settings, host: name }))
  const errors: Error[] = []
  pool.on('error', (error) => errors.push(error))
  const clients = await Promise.all([pool.connect(), pool.connect(), pool.connect()])
  const [lent, ...others] = clients
  for (const client of others) client.release()
  const places = clients.map((client) => attestationOf(client)?.address)
  return { pool, lent, places, errors }
}

async function place(pool: pg.Pool): Promise<string | undefined> {
  const client = await pool.connect()
  try {
    await client.query('select 1')
    return attestationOf(client)?.address
  } finally {
    client.release()
  }
}

/** Time after which a name that moved has been noticed, in milliseconds. */
const NOTICED_MS = 14_000

describe.concurrent('a name that is dialed', () => {
  test('name: moves → idle sessions leave, a lent one when it is given back, and new ones go to the new address', async () => {
    const { pool, lent, places, errors } = await opened('blue-green.db.test', [BLUE])
    expect(places).toEqual([BLUE, BLUE, BLUE])
    answers.set('blue-green.db.test', [GREEN])
    await expect.poll(() => pool.totalCount, { timeout: NOTICED_MS }).toBe(1)
    expect((await lent.query('select 1 as one')).rows).toEqual([{ one: 1 }])
    lent.release()
    expect(pool.totalCount).toBe(0)
    expect(await place(pool)).toBe(GREEN)
    expect(errors).toEqual([])
    await pool.end()
  }, 30_000)

  test.each<[what: string, name: string, after: readonly string[] | undefined]>([
    ['cannot be resolved any more', 'fails.db.test', undefined],
    ['leads to where nothing listens', 'nowhere.db.test', [NOWHERE]],
    ['leads there in another order', 'reordered.db.test', [GREEN, BLUE]],
  ])(
    'name: %s → the sessions stay',
    async (_what, name, after) => {
      const { pool, lent, errors } = await opened(name, name === 'reordered.db.test' ? [BLUE, GREEN] : [BLUE])
      if (after) answers.set(name, after)
      else answers.delete(name)
      await new Promise((resolve) => setTimeout(resolve, NOTICED_MS))
      lent.release()
      expect(pool.totalCount).toBe(3)
      expect(await place(pool)).toBe(BLUE)
      expect(errors).toEqual([])
      await pool.end()
    },
    30_000,
  )
})
