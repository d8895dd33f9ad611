import { type Settings, secureConfig, secureReplication } from '@verifull/pg'
import { startDatabase, startHostileServer } from '@verifull/test-harness'
import pg from 'pg'
import { afterAll, describe, expect, test } from 'vitest'
import { runScript } from './child.ts'

const database = await startDatabase()
afterAll(() => database.stop())
const { server, settings } = database
const { password, user, host, port, ...rest } = settings

/** pg’s types leave cancel out. */
type Canceller = pg.Client & { cancel(client: pg.ClientBase, query: unknown): void }

/** A secret that names the host: this server, and from the second request on a port without a listener. */
function movingSecret() {
  let requests = 0
  return async () => {
    const place = requests++ === 0 ? { host: 'localhost', port: Number(port) } : { host: 'localhost', port: 1 }
    return { user: String(user), password: String(password), ...place }
  }
}

/** Each place that a session can be at, as settings. */
const PLACES: Readonly<Record<string, () => Settings>> = {
  'the host of the settings': () => settings,
  'the second of several hosts': () => ({ ...settings, host: ['localhost', 'localhost'], port: [1, Number(port)] }),
  'the host of the secret': () => ({
    ...rest,
    secrets: async () => ({ user: String(user), password: String(password), host: 'localhost', port: Number(port) }),
  }),
  'the host of the secret, with a port of the settings': () => ({
    ...rest,
    port: Number(port),
    secrets: async () => ({ user: String(user), password: String(password), host: 'localhost' }),
  }),
  'a host that the secret no longer names': () => ({ ...rest, secrets: movingSecret() }),
  'an address under another name': () => ({ ...settings, host: 'db.test', hostaddr: '127.0.0.1' }),
  'a Unix socket': () => {
    const { sslrootcert: _ca, ...others } = rest
    return {
      ...others,
      user: String(user),
      password: String(password),
      host: String(server.socketDirectory),
      port: Number(port),
    }
  },
}

const WAYS: Readonly<Record<string, (config: ReturnType<typeof secureConfig>) => pg.Client>> = {
  'pg’s own Client': (config) => new pg.Client(config),
  'our Client': (config) => new config.Client(config),
}

/** Returns the outcome of a long query that a client made from `by` cancels. */
async function cancelled(client: pg.Client, by: pg.Client): Promise<unknown> {
  await client.connect()
  try {
    const running = client.query(new pg.Query('select pg_sleep(20)'))
    const ended = new Promise((resolve) => running.on('error', resolve))
    await new Promise((resolve) => setTimeout(resolve, 100))
    ;(by as Canceller).cancel(client, running)
    return await ended
  } finally {
    await client.end()
  }
}

describe.each(Object.entries(WAYS))('cancel() of %s', (_way, open) => {
  test.each(Object.entries(PLACES))('a session at %s → the query ends', async (_place, make) => {
    const config = secureConfig({}, make())
    expect(await cancelled(open(config), open(config))).toMatchObject({ code: '57014' })
  })

  test('a session at a replica → the query ends', async () => {
    const { read } = secureReplication(
      {},
      { ...settings, port: 1, replicas: [{ host: 'localhost', port: Number(port) }] },
    )
    if (!read) throw new Error('there is a replica')
    expect(await cancelled(open(read), open(read))).toMatchObject({ code: '57014' })
  })
})

/** Starts a query on a server that answers nothing from then on, and asks for a cancel; then it says what became of the process. */
function application(client: string, canceller: string, hostilePort: number, end = '') {
  return runScript(
    `process.on('warning', ({ code, message }) => code === 'VERIFULL_CANCEL' && console.log(code, message))
     const config = secureConfig()
     ;(async () => {
       const client = ${client}
       client.on('error', () => {})
       await client.connect()
       const running = new pg.Query('select 1')
       running.on('error', () => {})
       client.query(running)
       ${end}
       const canceller = ${canceller}
       // pg looks no further than at the query; a client whose session has ended has none any more.
       canceller.cancel({ activeQuery: running, processID: client.processID, secretKey: client.secretKey }, running)
       setTimeout(() => { client.connection.stream.destroy(); console.log('lives') }, 500)
     })()`,
    {
      environment: {
        NODE_ENV: 'production',
        NODE_NO_WARNINGS: '1',
        VERIFULL_WARNINGS: 'on',
        PGHOST: 'localhost',
        PGPORT: String(hostilePort),
        PGUSER: 'app',
        DB_PASSWORD: 'the password of the session',
        DB_SSL_CA: database.ca,
      },
      flags: ['--unhandled-rejections=strict'],
    },
  )
}

describe.each(['new pg.Client(config)', 'new config.Client(config)'])('cancel() of %s', (client) => {
  const { chain: certificate, key } = database.hierarchy.servers.good
  const tls = { certificate, key }
  const session = { tls, queries: ['silence' as const] }

  test.each([
    ['takes TLS away', { ssl: 'N' as const }, / does not support TLS;/],
    ['closes', { ssl: 'close' as const }, /the server closed the connection|ECONNRESET/],
    [
      'is another',
      {
        tls: { certificate: database.hierarchy.servers.otherHost.chain, key: database.hierarchy.servers.otherHost.key },
      },
      /does not match host name "localhost"/,
    ],
  ])('a server that %s → a warning, the process lives, and no key is sent', async (_what, second, why) => {
    const hostile = await startHostileServer([session, second])
    const { output, code } = await application(client, client, hostile.port)
    const [warning, ...others] = output.trimEnd().split('\n')
    expect(warning).toMatch(/^VERIFULL_CANCEL the request to cancel a query could not be sent: /)
    expect(warning).toMatch(why)
    expect([others, code]).toEqual([['lives'], 0])
    expect(hostile.connections.slice(1).flatMap(({ events }) => events)).not.toContain('CancelRequest')
    await hostile.stop()
  })

  test('a session that has ended → nothing is sent, and the process lives', async () => {
    const hostile = await startHostileServer([session, { tls }])
    const end = 'client.connection.stream.destroy(); await new Promise((resolve) => setTimeout(resolve, 100))'
    const { output, code } = await application(client, client, hostile.port, end)
    expect([output, code]).toEqual(['lives\n', 0])
    expect(hostile.connections).toHaveLength(1)
    await hostile.stop()
  })
})
