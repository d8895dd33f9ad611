import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createHierarchy, type Hierarchy } from '../certificates/hierarchy.ts'
import { type ApplicationSettings, applicationSettings } from '../postgres/application-settings.ts'
import { type PostgresPair, startPostgresPair } from '../postgres/replica.ts'
import { temporaryFolder } from '../postgres/temporary-folder.ts'
import type { ContractSources, LentClient, Rows } from './binding.ts'
import { chainOf } from './expectations.ts'
import { type Runner, testEach } from './runner.ts'

/** A way in which an application asks. */
export type Role = 'write' | 'read'

/** Options and settings that name a primary and its standby. */
export type ReplicatedSettings = readonly [options: object, settings: object]

/** The servers for which a library is configured, and what an application knows of them. */
export interface ReplicatedServers {
  readonly pair: PostgresPair
  readonly settings: ApplicationSettings
  /** The CA certificate as text. */
  readonly ca: string
}

/** A library that writes to one server and reads from another; `Both` is what it makes of its configurations. */
export interface ReplicationChapter<Both> {
  make(options: object, settings: object): Both
  query(both: Both, role: Role, sql: string): Promise<Rows>
  lend(both: Both, role: Role): Promise<LentClient>
  /** Ends it; called also where no connection was made. */
  close(both: Both): Promise<unknown>
  /** True where the library connects to all servers before anything is asked; then one that is refused is the end. */
  readonly connectsToAll?: boolean
  /** Ways to name the standby in the library's own options. */
  readonly ways?: Readonly<Record<string, (servers: ReplicatedServers) => ReplicatedSettings>>
}

const WAYS: Readonly<Record<string, (servers: ReplicatedServers) => ReplicatedSettings>> = {
  'settings.replicas, as text': ({ settings, pair }) => [
    {},
    { ...settings, replicas: [`localhost:${pair.standby.port}`] },
  ],
  'settings.replicas, as an object': ({ settings, pair }) => [
    {},
    { ...settings, replicas: [{ host: 'localhost', port: pair.standby.port }] },
  ],
  'DB_READ_REPLICA_*': ({ settings, pair }) => [
    {},
    {
      ...settings,
      environment: {
        ...settings.environment,
        DB_READ_REPLICA_HOST: 'localhost',
        DB_READ_REPLICA_PORT: String(pair.standby.port),
      },
    },
  ],
}

const SEEN = `select pg_is_in_recovery() as standby, inet_server_port() as port, ssl, current_user::text as user
  from pg_stat_ssl where pid = pg_backend_pid()`

/** Registers the tests: writes go to the primary, reads to the standby, and each is verified under its own name. */
export function replicationContract<Both>(
  { attestationOf }: ContractSources,
  chapter: ReplicationChapter<Both>,
  runner: Runner,
): void {
  const { test, beforeAll, afterAll } = runner
  const folder = temporaryFolder()
  let hierarchy: Hierarchy
  let servers: ReplicatedServers
  let at: Readonly<Record<Role, object>>
  beforeAll(async () => {
    hierarchy = await createHierarchy()
    const { chain: certificate, key } = hierarchy.servers.good
    const pair = await startPostgresPair({ tls: { certificate, key } })
    const ca = join(folder.path, 'ca.crt')
    await writeFile(ca, hierarchy.root.certificate)
    servers = { pair, settings: applicationSettings(pair.primary, ca), ca: hierarchy.root.certificate }
    await pair.primary.sql('create table note (text text); grant all on note to public', 'app')
    await pair.caughtUp()
    const server = { ssl: true, user: 'scram_user' }
    at = {
      write: { standby: false, port: pair.primary.port, ...server },
      read: { standby: true, port: pair.standby.port, ...server },
    }
  })
  afterAll(async () => {
    await servers?.pair.stop()
    await folder.remove()
  })

  async function useBoth([options, settings]: ReplicatedSettings, work: (both: Both) => Promise<void>): Promise<void> {
    const both = chapter.make(options, settings)
    try {
      await work(both)
    } finally {
      await chapter.close(both)
    }
  }

  async function assertAttested(both: Both, role: Role, host: string): Promise<void> {
    const { client, release } = await chapter.lend(both, role)
    const attestation = attestationOf(client as never)
    await release()
    assert.deepEqual([attestation?.host, attestation?.tls?.verification], [host, 'full'])
  }

  const replicated = (replicas: readonly unknown[]): ReplicatedSettings => [{}, { ...servers.settings, replicas }]
  const standbyAs = (host: string) => ({ host, hostaddr: '127.0.0.1', port: servers.pair.standby.port })

  testEach(
    runner,
    { ...WAYS, ...chapter.ways },
    (name) => `${name} → each server has its work, verified`,
    (way) =>
      useBoth(way(servers), async (both) => {
        for (const role of ['write', 'read'] as const) {
          assert.deepEqual(await chapter.query(both, role, SEEN), [at[role]])
          await assertAttested(both, role, 'localhost')
        }
      }),
  )

  test('a row that is written → is read at the standby, which takes none itself', () =>
    useBoth(replicated([standbyAs('localhost')]), async (both) => {
      const text = `written ${Math.random()}`
      await chapter.query(both, 'write', `insert into note values ('${text}') returning text`)
      await servers.pair.caughtUp()
      const read = (sql: string) => chapter.query(both, 'read', sql)
      assert.deepEqual(await read(`select text from note where text = '${text}'`), [{ text }])
      const refused: unknown = await read("insert into note values ('x') returning text").catch((error) => error)
      assert.ok(
        chainOf(refused).some(({ code }) => code === '25006'),
        String(refused),
      )
    }))

  test('a replica with the certificate of another name → refused by its name; under that name it is read', async () => {
    const { standby } = servers.pair
    const { good, dnsName } = hierarchy.servers
    await standby.setTls({ certificate: dnsName.chain, key: dnsName.key })
    try {
      const before = (await standby.connectionsSeen()).filter(({ authorized }) => authorized).length
      const wrong = replicated([standbyAs('replica.test')])
      const error: unknown = await useBoth(wrong, async (both) => {
        const failed: unknown = await chapter.query(both, 'read', SEEN).catch((reason) => reason)
        if (!chapter.connectsToAll) assert.deepEqual(await chapter.query(both, 'write', SEEN), [at.write])
        throw failed
      }).catch((reason) => reason)
      assert.ok(
        chainOf(error).some(({ code }) => code === 'TLS_NAME'),
        String(error),
      )
      assert.match(String(error), /"db\.test" does not match host name "replica\.test"/)
      assert.equal((await standby.connectionsSeen()).filter(({ authorized }) => authorized).length, before)
      await useBoth(replicated([standbyAs('db.test')]), async (both) => {
        assert.deepEqual(await chapter.query(both, 'read', SEEN), [at.read])
        await assertAttested(both, 'read', 'db.test')
        await assertAttested(both, 'write', 'localhost')
      })
    } finally {
      await standby.setTls({ certificate: good.chain, key: good.key })
    }
  })

  test('a mistake in a replica → said at once, by its name', () => {
    const wrong = (replica: unknown) => () => chapter.make(...replicated([standbyAs('localhost'), replica]))
    assert.throws(wrong({ port: 5433 }), {
      code: 'CONFIGURATION',
      message: /settings\.replicas\[1\].*no host is given/s,
    })
    assert.throws(wrong('localhost:99999'), { code: 'CONFIGURATION', message: /settings\.replicas\[1\]/ })
    const plaintext = wrong({ ...standbyAs('localhost'), sslmode: 'disable' })
    assert.throws(plaintext, { code: 'POLICY', message: /sslmode=disable \(from settings\.replicas\[1\]\.sslmode\)/ })
    return Promise.resolve()
  })
}
