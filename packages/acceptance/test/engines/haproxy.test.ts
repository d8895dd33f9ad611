import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { secureConfig, verifyConnection } from '@verifull/pg'
import {
  chaos,
  createHierarchy,
  type Endpoint,
  FAULTS,
  type Fault,
  type Haproxy,
  type HaproxyWanted,
  haproxyHere,
  type PostgresCluster,
  type RehearsalAdapter,
  type ServerTls,
  startHaproxy,
  startPostgresCluster,
  startRoleCheck,
  temporaryFolder,
} from '@verifull/test-harness'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest'
import { secured } from '../../rehearsal/secured.ts'
import { throughProxy } from './through-proxy.ts'

const VERSION = haproxyHere()
const folder = temporaryFolder()
const ca = join(folder.path, 'ca.crt')

describe.runIf(VERSION)(`behind ${VERSION ?? 'HAProxy, which is NOT here'}`, () => {
  let cluster: PostgresCluster
  let roles: readonly Endpoint[]
  let proxy: Haproxy
  let certificates: { readonly tls: ServerTls; readonly serverCa: string }
  beforeAll(async () => {
    const { root, servers } = await createHierarchy()
    await writeFile(ca, root.certificate)
    certificates = { tls: { certificate: servers.good.chain, key: servers.good.key }, serverCa: root.certificate }
    // A write is acknowledged when the standby has it, so that none may be lost in a promotion.
    const settings = { synchronous_commit: 'on', synchronous_standby_names: 'ANY 1 (standby)' }
    cluster = await startPostgresCluster({ tls: certificates.tls, settings, standbys: 1 })
    roles = await Promise.all(cluster.servers.map(startRoleCheck))
    proxy = await startHaproxy({ servers: behind(), check: '/primary' })
    await proxyIsUp(1)
  })
  afterAll(async () => {
    await proxy?.stop()
    for (const role of roles ?? []) await role.stop()
    await cluster?.stop()
    await folder.remove()
  })

  const behind = () => cluster.servers.map(({ port }, index) => ({ port, checkPort: roles[index]?.port ?? 0 }))
  async function proxyIsUp(servers: number, of = proxy): Promise<void> {
    for (const end = performance.now() + 5000; (await of.up()) !== servers; await pause(20)) {
      if (performance.now() > end) throw new Error(`not ${servers} servers up:\n${of.log()}`)
    }
  }
  const settingsFor = (port: number) => ({
    host: 'localhost',
    port,
    user: 'scram_user',
    password: cluster.primary.password('scram_user'),
    database: 'app',
    sslrootcert: ca,
    environment: { NODE_ENV: 'production' },
  })

  // Sequelize writes a line for each transaction whose session was lost.
  beforeAll(() => void vi.spyOn(console, 'warn').mockImplementation(() => {}))
  afterAll(() => vi.restoreAllMocks())

  test.each(secured)('$name: switchover under load → no failed checkout, no write lost or doubled', async (adapter) => {
    const fault = FAULTS.find(({ id }) => id === 'switchover') as Fault
    const run = await chaos({ adapter: throughProxy(adapter, () => proxy.port), fault, cluster, ca })
    expect(run, JSON.stringify(run.errors)).toMatchObject({ failedCheckouts: 0, lost: 0, doubled: 0 })
    expect(run.acknowledged).toBeGreaterThan(10)
    expect(run.firstWriteMs).not.toBeNull()
  })

  const OF_PROXY: readonly Fault[] = [
    { id: 'proxy-restarts', title: 'HAProxy restarts', give: () => proxy.restart() },
    {
      id: 'nothing-up',
      title: 'no server is up for a second',
      async give({ cluster: { primary } }) {
        await primary.shutDown('crash')
        await pause(1000)
        await primary.start()
      },
    },
  ]
  test.each(OF_PROXY)('$title → no failed checkout, no write lost or doubled', async (fault) => {
    const [adapter] = secured as [RehearsalAdapter]
    const run = await chaos({ adapter: throughProxy(adapter, () => proxy.port), fault, cluster, ca })
    expect(run, JSON.stringify(run.errors)).toMatchObject({ failedCheckouts: 0, lost: 0, doubled: 0 })
    expect(run.acknowledged).toBeGreaterThan(10)
    expect(run.firstWriteMs).not.toBeNull()
  })

  test('TLS passes through → the server is verified by the name of the proxy, and another name is refused', async () => {
    const settings = settingsFor(proxy.port)
    const { attestation, server } = await verifyConnection({ settings })
    expect(attestation).toMatchObject({ host: 'localhost', port: proxy.port, tls: { verification: 'full' } })
    expect(server.encrypted).toBe(true)
    const other = verifyConnection({ settings: { ...settings, host: 'proxy.example', hostaddr: '127.0.0.1' } })
    await expect(other).rejects.toMatchObject({ code: 'TLS_NAME' })
  })

  const sql = (port: number, password = 'wrong') => {
    const pool = new pg.Pool(secureConfig({ max: 1 }, { ...settingsFor(port), password, failoverTimeoutMs: 300 }))
    onTestFinished(() => pool.end())
    return pool.query('select 1 as one')
  }
  async function proxyFor(wanted: HaproxyWanted): Promise<Haproxy> {
    const one = await startHaproxy(wanted)
    onTestFinished(() => one.stop())
    return one
  }
  const primaryAlone = () => [{ port: cluster.primary.port }]

  test('check for TLS: a server without TLS → down; connections fail, and nothing is sent to it; with TLS again → up', async () => {
    const one = await proxyFor({ servers: primaryAlone(), check: 'tls' })
    await proxyIsUp(1, one)
    expect((await sql(one.port, settingsFor(0).password)).rows).toEqual([{ one: 1 }])
    const { tls } = certificates
    await cluster.primary.setTls(false)
    await proxyIsUp(0, one)
    await expect(sql(one.port)).rejects.toMatchObject({ code: 'ECONNRESET' })
    await cluster.primary.setTls(tls)
    await proxyIsUp(1, one)
    expect((await sql(one.port, settingsFor(0).password)).rows).toEqual([{ one: 1 }])
  })

  test('a server without TLS that counts as up → the connection is refused before the password is sent', async () => {
    const { tls } = certificates
    await cluster.primary.setTls(false)
    const one = await proxyFor({ servers: primaryAlone(), check: { user: 'scram_user' } })
    await proxyIsUp(1, one)
    await expect(sql(one.port)).rejects.toMatchObject({ code: 'TLS_NOT_OFFERED' })
    await cluster.primary.setTls(tls)
  })

  test('pgsql-check → a standby counts as up as well, and no server whose pg_hba.conf demands TLS', async () => {
    const one = await proxyFor({ servers: behind().map(({ port }) => ({ port })), check: { user: 'scram_user' } })
    await proxyIsUp(2, one)
    await Promise.all(cluster.servers.map((server) => server.setHba(['hostssl all all all scram-sha-256'])))
    await proxyIsUp(0, one)
    await Promise.all(cluster.servers.map((server) => server.setHba('roles')))
    await proxyIsUp(2, one)
  })

  test('TLS ends at the proxy, plaintext behind it → refused; TLS on both legs → accepted', async () => {
    const servers = primaryAlone()
    const { tls, serverCa } = certificates
    const settings = (port: number) => ({ ...settingsFor(port), sslnegotiation: 'direct' as const })
    const plaintext = await proxyFor({ servers, check: 'tls', tls })
    await proxyIsUp(1, plaintext)
    await expect(verifyConnection({ settings: settings(plaintext.port) })).rejects.toMatchObject({
      code: 'POLICY',
      message: expect.stringContaining('rule plaintext-behind-proxy'),
    })
    const encrypted = await proxyFor({ servers, check: 'tls', tls, serverCa })
    await proxyIsUp(1, encrypted)
    const { server } = await verifyConnection({ settings: settings(encrypted.port) })
    expect(server.encrypted).toBe(true)
  })
})
