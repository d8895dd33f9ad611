import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { type Settings, safeToRetry, secureConfig, verifyConnection } from '@verifull/pg'
import {
  chaos,
  createHierarchy,
  type Fault,
  type Hierarchy,
  type Pgbouncer,
  type PostgresCluster,
  pgbouncerHere,
  type RehearsalAdapter,
  startPgbouncer,
  startPostgresCluster,
  temporaryFolder,
} from '@verifull/test-harness'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest'
import { secured } from '../../rehearsal/secured.ts'
import { retrying, throughProxy } from './through-proxy.ts'

type Mode = 'session' | 'transaction'
type Texts = Readonly<Record<string, string>>

const VERSION = pgbouncerHere()
const HAS_NAMED = /1\.(2[1-9]|[3-9]\d)/.test(VERSION ?? '')
const folder = temporaryFolder()
const ca = join(folder.path, 'ca.crt')

describe.runIf(VERSION)(`behind ${VERSION ?? 'PgBouncer, which is NOT here'}, verified on both legs`, () => {
  let hierarchy: Hierarchy
  let cluster: PostgresCluster
  let poolers: Readonly<Record<Mode, Pgbouncer>>
  beforeAll(async () => {
    hierarchy = await createHierarchy()
    await writeFile(ca, hierarchy.root.certificate)
    cluster = await startPostgresCluster({ tls: certificate(), settings: { synchronous_commit: 'on' }, standbys: 0 })
    poolers = { session: await pooler('session'), transaction: await pooler('transaction') }
    // Sequelize writes a line for each transaction whose session was lost.
    vi.spyOn(console, 'warn').mockImplementation(() => {})
  }, 60_000)
  afterAll(async () => {
    vi.restoreAllMocks()
    await poolers?.session.stop()
    await poolers?.transaction.stop()
    await cluster?.stop()
    await folder.remove()
  })

  const certificate = () => ({ certificate: hierarchy.servers.good.chain, key: hierarchy.servers.good.key })
  const password = () => cluster.primary.password('scram_user')
  const pooler = (mode: Mode, settings: Texts = {}, users: Texts = { scram_user: password() }) =>
    startPgbouncer({
      server: cluster.primary,
      tls: certificate(),
      serverCa: hierarchy.root.certificate,
      users,
      settings: { pool_mode: mode, server_login_retry: '1', ...settings },
    })
  async function poolerWith(settings: Texts, mode: Mode = 'session', users?: Texts) {
    const one = await pooler(mode, settings, users)
    onTestFinished(() => one.stop())
    return one
  }
  const settingsFor = ({ port }: Pgbouncer, more: Settings = {}): Settings => ({
    host: 'localhost',
    port,
    user: 'scram_user',
    password: password(),
    database: 'app',
    sslrootcert: ca,
    environment: { NODE_ENV: 'production' },
    ...more,
  })
  function poolBefore(one: Pgbouncer, max = 1, more: Settings = {}): pg.Pool {
    const pool = new pg.Pool(secureConfig({ max }, settingsFor(one, more)))
    onTestFinished(() => pool.end())
    return pool
  }

  const faults = (one: Pgbouncer): readonly Fault[] => [
    { id: 'restart', title: 'PgBouncer restarts', give: () => one.restart() },
    {
      id: 'pause',
      title: 'RECONNECT and PAUSE, and RESUME a second later',
      async give() {
        await one.command('RECONNECT')
        // In session pooling PAUSE waits for clients that stay, and is not answered after RESUME.
        one.command('PAUSE').catch(() => {})
        await pause(1000)
        await one.command('RESUME')
      },
    },
    {
      id: 'kill',
      title: 'KILL, and RESUME a second later',
      async give() {
        await one.command('KILL app')
        await pause(1000)
        await one.command('RESUME app')
      },
    },
    {
      id: 'server-down',
      title: 'the server behind it crashes, and is back a second later',
      async give({ cluster: { primary } }) {
        await primary.shutDown('crash')
        await pause(1000)
        await primary.start()
      },
    },
  ]

  describe.each(['session', 'transaction'] as const)('%s pooling', (mode) => {
    const [first, ...others] = secured as [RehearsalAdapter, ...RehearsalAdapter[]]
    const cases = [
      ...['restart', 'pause', 'kill'].map((id) => ({ id, adapter: first, name: first.name })),
      ...(mode === 'transaction' ? others : []).map((adapter) => ({ id: 'restart', adapter, name: adapter.name })),
      // It admits clients while its server is away, and refuses their first statement.
      { id: 'server-down', adapter: retrying(first), name: `${first.name} and withRetry()` },
    ]
    test.each(cases)(
      '$name: $id under load → no failed checkout, no write lost or doubled',
      async ({ id, adapter }) => {
        const one = poolers[mode]
        const fault = faults(one).find((each) => each.id === id) as Fault
        const run = await chaos({ adapter: throughProxy(adapter, () => one.port), fault, cluster, ca })
        expect(run, JSON.stringify(run.errors)).toMatchObject({ failedCheckouts: 0, lost: 0, doubled: 0 })
        // Those that ran when their session was lost.
        expect(run.failedWrites).toBeLessThanOrEqual(10)
        expect(run.acknowledged).toBeGreaterThan(10)
        expect(run.firstWriteMs).not.toBeNull()
      },
    )
  })

  test.each(['session', 'transaction'] as const)(
    'silence: a long statement in %s pooling → is not given up, although the server knows no such process',
    async (mode) => {
      const pool = poolBefore(poolers[mode], 1, { tcp_user_timeout: 600 })
      await expect(pool.query('select pg_sleep(2.5)')).resolves.toMatchObject({ rowCount: 1 })
    },
  )

  test('verifyConnection() → both legs are encrypted, and the pooler is seen', async () => {
    const { server, findings } = await verifyConnection({ settings: settingsFor(poolers.transaction) })
    expect(server.encrypted).toBe(true)
    expect(findings.map(({ rule }) => rule)).toContain('pooler-in-path')
  })

  describe('its own refusals', () => {
    test('max_client_conn: waited for until a client leaves; a wait in vain ends with the refusal, which is safe to retry', async () => {
      const one = await poolerWith({ max_client_conn: '1' })
      const holder = await poolBefore(one).connect()
      const waiting = poolBefore(one).query('select 1 as one')
      await pause(300)
      holder.release(true)
      // Its pool keeps the connection, and so the only place.
      expect((await waiting).rows).toEqual([{ one: 1 }])
      const error = await poolBefore(one, 1, { failoverTimeoutMs: 300 })
        .query('select 1')
        .catch((thrown: unknown) => thrown)
      expect(error).toMatchObject({ code: '08P01', message: 'no more connections allowed (max_client_conn)' })
      expect(safeToRetry(error)).toBe(true)
    })

    test('query_wait_timeout → safe to retry, and the session leaves the pool by a plain release', async () => {
      const one = await poolerWith({ default_pool_size: '1', query_wait_timeout: '1' }, 'transaction')
      const holder = await poolBefore(one).connect()
      await holder.query('begin')
      const pool = poolBefore(one)
      const client = await pool.connect()
      const error = await client.query('select 1').catch((thrown: unknown) => thrown)
      expect(error).toMatchObject({ code: '08P01', message: 'query_wait_timeout' })
      expect(safeToRetry(error)).toBe(true)
      client.release()
      await holder.query('commit')
      holder.release()
      expect((await pool.query('select 1 as one')).rows).toEqual([{ one: 1 }])
    })

    test.each<[what: string, message: RegExp, more: Settings]>([
      ['a startup parameter', /^unsupported startup parameter/, { options: '-c geqo=off' }],
      ['a database', /^(no such database: nowhere|database "nowhere" does not exist)$/, { database: 'nowhere' }],
      ['a user', /^(no such user.*|SASL authentication failed)$/, { user: 'nobody' }],
      ['a password', /^SASL authentication failed$/, { password: 'wrong' }],
    ])('%s that it does not know → thrown at once, and not safe to retry', async (_what, message, more) => {
      const one = await poolerWith({})
      const error = await poolBefore(one, 1, more)
        .query('select 1')
        .catch((thrown: unknown) => thrown)
      expect(error).toMatchObject({ code: '08P01', message: expect.stringMatching(message) })
      expect(safeToRetry(error)).toBe(false)
    })
  })

  test('the server rejects the password of the pooler → thrown at once, and not safe to retry', async () => {
    const one = await poolerWith({}, 'session', { scram_user: 'another' })
    const error = await poolBefore(one, 1, { password: 'another' })
      .query('select 1')
      .catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({
      message: expect.stringMatching(/password authentication failed for user "scram_user"/),
    })
    expect(safeToRetry(error)).toBe(false)
  })

  test('a server without TLS behind it → no connection, and none in plaintext', async () => {
    const one = await poolerWith({ query_wait_timeout: '1' })
    await cluster.primary.setTls(false)
    const error = await poolBefore(one, 1, { failoverTimeoutMs: 300 })
      .query('select 1')
      .catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({
      code: '08P01',
      message: expect.stringMatching(/^(query_wait_timeout|pgbouncer cannot connect|server login has been failing)/),
    })
    expect(one.log()).toContain('server refused SSL')
    await cluster.primary.setTls(certificate())
    expect((await poolBefore(one).query('select 1 as one')).rows).toEqual([{ one: 1 }])
  })

  test('transaction pooling, two clients on one server session → parameters are kept apart; named statements from PgBouncer 1.21 on', async () => {
    const one = await poolerWith(
      { default_pool_size: '1', ...(HAS_NAMED && { max_prepared_statements: '100' }) },
      'transaction',
    )
    const pool = poolBefore(one, 2)
    const clients = [await pool.connect(), await pool.connect()] as const
    const plusOne = (client: pg.PoolClient, on: number, name?: string) =>
      client.query({ ...(name && { name }), text: 'select $1::int + 1 as sum', values: [on] })
    for (const [on, client] of clients.entries()) expect((await plusOne(client, on)).rows).toEqual([{ sum: on + 1 }])
    await plusOne(clients[0], 1, 'plus-one')
    const second = await plusOne(clients[1], 1, 'plus-one').catch((error: unknown) => error)
    // 42P05: a prepared statement of this name exists.
    expect(second).toMatchObject(HAS_NAMED ? { rows: [{ sum: 2 }] } : { code: '42P05' })
    for (const client of clients) client.release()
  })
})
