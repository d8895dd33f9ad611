import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { createHierarchy } from '../certificates/hierarchy.ts'
import { type ApplicationSettings, applicationSettings } from '../postgres/application-settings.ts'
import { type PostgresCluster, startPostgresCluster } from '../postgres/cluster.ts'
import type { ClusterServer } from '../postgres/cluster-server.ts'
import { temporaryFolder } from '../postgres/temporary-folder.ts'
import type { ServerTls } from '../postgres/wanted.ts'
import { until } from './until.ts'

type Row = Readonly<Record<string, unknown>>

/** An application with a pool for writing and one for reading, of four connections each, as its library has them. */
export interface ReplicatedApplication {
  write(sql: string): Promise<readonly Row[]>
  read(sql: string): Promise<readonly Row[]>
  /** Writes, and then reads that write where the library reads, or at the primary if no replica has it within 300 ms. */
  readOwnWrite(write: string, read: string): Promise<readonly Row[]>
  end(): Promise<unknown>
}

/** The settings of an application under this contract. */
export interface ReplicatedApplicationSettings extends Omit<ApplicationSettings, 'host' | 'port'> {
  readonly host: string
  readonly port: string
  readonly target_session_attrs: 'read-write'
  readonly replicas: readonly { readonly host: string; readonly port: number }[]
  readonly maxLagMs?: number
}

/** A primary and two streaming standbys for one test file. */
export interface ReplicatedDatabase {
  /** Certificate of all servers, and that of its CA. */
  readonly tls: ServerTls & { readonly ca: string }
  readonly cluster: PostgresCluster
  readonly settings: ReplicatedApplicationSettings
  stop(): Promise<void>
}

/** A promise that every library keeps with replicas. */
export interface ReplicaPromise {
  readonly name: string
  run(
    open: (settings: ReplicatedApplicationSettings) => Promise<ReplicatedApplication>,
    database: ReplicatedDatabase,
  ): Promise<void>
}

/** Starts the servers, with a table `seen (number int)` of one row. */
export async function startReplicatedDatabase(): Promise<ReplicatedDatabase> {
  const { root, servers } = await createHierarchy()
  const folder = temporaryFolder()
  const ca = join(folder.path, 'ca.crt')
  await writeFile(ca, root.certificate)
  const { chain: certificate, key } = servers.good
  const cluster = await startPostgresCluster({ tls: { certificate, key } })
  const stop = async () => {
    await cluster.stop()
    await folder.remove()
  }
  try {
    await cluster.primary.sql(
      'create table seen (number int); insert into seen values (0); grant all on seen to public',
      'app',
    )
    await cluster.caughtUp()
  } catch (error) {
    await stop()
    throw error
  }
  const { host, ...settings } = applicationSettings(cluster.primary, ca)
  return {
    tls: { certificate, key, ca: root.certificate },
    cluster,
    settings: {
      ...settings,
      host: cluster.servers.map(() => host).join(','),
      port: cluster.servers.map(({ port }) => port).join(','),
      target_session_attrs: 'read-write',
      replicas: cluster.standbys.map(({ port }) => ({ host, port })),
    },
    stop,
  }
}

/** Longest lag in the contract, in ms, and what a busy machine adds to the moment in which a read begins. */
const BOUND_MS = 1000
const BUSY_MS = 250
/** Time in which reads are back at a replica that is back, in ms. */
const BACK_MS = 10_000

const WHERE = 'select inet_server_port() as port, pg_is_in_recovery() as standby'
const NUMBER = 'select number, inet_server_port() as port, pg_is_in_recovery() as standby from seen'
const next = 'update seen set number = number + 1 returning number'

/** The contract of replicas: each package runs it with the real pools of its library. The last promise changes the roles. */
export const REPLICA_CONTRACT: readonly ReplicaPromise[] = [
  {
    name: 'read: two replicas → both are read from; a write goes to the primary, and through the connections for reading nowhere',
    async run(open, { cluster, settings }) {
      const application = await open(settings)
      // TypeORM draws a replica for each read: of eight, all come to one of two once in 128 times.
      assert.deepEqual(await ports(application, 64), cluster.standbys.map(({ port }) => port).sort())
      assert.equal((await application.write(WHERE))[0]?.standby, false)
      await assert.rejects(application.read(next), isReadOnly)
      await application.end()
    },
  },
  {
    name: 'read own writes: the replicas replay, or one or both are paused → each write is seen',
    async run(open, { cluster, settings }) {
      const application = await open(settings)
      const places = new Set<unknown>()
      const seen = async () => {
        const [before] = await application.write(NUMBER)
        const [row] = await application.readOwnWrite(next, NUMBER)
        assert.equal(row?.number, Number(before?.number) + 1)
        places.add(row?.standby)
      }
      for (let writes = 0; writes < 10; writes++) await seen()
      assert.ok(places.has(true), 'no replica was read from')
      await paused(cluster.standbys, async () => {
        places.clear()
        for (let writes = 0; writes < 2; writes++) await seen()
        assert.deepEqual([...places], [false])
      })
      await application.end()
    },
  },
  {
    name: 'maxLagMs: one replica is paused, then both → no read is older than the bound, and reads return',
    async run(open, { cluster, settings }) {
      const application = await open({ ...settings, maxLagMs: BOUND_MS })
      const [one, both] = [cluster.standbys.slice(0, 1), cluster.standbys]
      await until(async () => (await ports(application)).length === 2, BACK_MS)
      const ledger = new Ledger(application)
      await paused(one, async () => {
        await ledger.run(2 * BOUND_MS)
        assert.deepEqual(ledger.late, [])
        assert.deepEqual(ledger.places.at(-1), { port: both[1]?.port, standby: true })
      })
      await paused(both, async () => {
        await ledger.run(2 * BOUND_MS)
        assert.deepEqual(ledger.late, [])
        assert.equal(ledger.places.at(-1)?.standby, false)
        await assert.rejects(application.read(next), isReadOnly)
      })
      await until(async () => (await application.read(WHERE))[0]?.standby === true, BACK_MS)
      await application.end()
    },
  },
  {
    name: 'read: a replica is killed, then both → no read fails, the primary takes no write through them, and reads return',
    async run(open, { cluster, settings }) {
      const application = await open(settings)
      await ports(application)
      const [one, other] = cluster.standbys as readonly [ClusterServer, ClusterServer]
      await one.shutDown('crash')
      await sleep(100)
      for (let reads = 0; reads < 5; reads++) assert.deepEqual(await ports(application), [other.port])
      await other.shutDown('crash')
      await sleep(100)
      for (let reads = 0; reads < 5; reads++) assert.deepEqual(await ports(application), [cluster.primary.port])
      await assert.rejects(application.read(next), isReadOnly)
      await application.write(next)
      await Promise.all([one.start(), other.start()])
      await until(async () => (await ports(application)).every((port) => port !== cluster.primary.port), BACK_MS)
      await application.end()
    },
  },
  {
    name: 'promotion: the primary is killed and a standby promoted → reads and writes go on, and no write goes through reads',
    async run(open, { cluster, settings }) {
      const application = await open({ ...settings, maxLagMs: BOUND_MS })
      await ports(application)
      await cluster.primary.shutDown('crash')
      // For longer than the bound: the replicas are held against the last known position.
      await new Ledger(application).read(BOUND_MS + BUSY_MS)
      const promoted = await cluster.promote()
      await until(async () => {
        const [row] = await application.write(WHERE).catch(() => [])
        return row?.port === promoted.port
      }, BACK_MS)
      for (let reads = 0; reads < 5; reads++) {
        await ports(application)
        await assert.rejects(application.read(next), isReadOnly)
      }
      await application.end()
    },
  },
]

/** Returns the ports of the servers that some reads at once come to, in order. */
async function ports(application: ReplicatedApplication, reads = 8): Promise<readonly number[]> {
  const rows = await Promise.all(Array.from({ length: reads }, () => application.read(`${WHERE}, pg_sleep(0.02)`)))
  return [...new Set(rows.map(([row]) => Number(row?.port)))].sort((a, b) => a - b)
}

/** Runs work while these standbys replay nothing. */
async function paused(standbys: readonly ClusterServer[], work: () => Promise<void>): Promise<void> {
  await Promise.all(standbys.map((standby) => standby.sql('select pg_wal_replay_pause()')))
  try {
    await work()
  } finally {
    await Promise.all(standbys.map((standby) => standby.sql('select pg_wal_replay_resume()')))
  }
}

/** SQLSTATE of a write in a session that may only read; libraries wrap the error. */
function isReadOnly(error: unknown): boolean {
  const { code, cause, parent } = error as { code?: unknown; cause?: object; parent?: object }
  return code === '25006' || [cause, parent].some((one) => one !== undefined && isReadOnly(one))
}

/** Writes numbers at the primary and reads them, and finds reads that miss a write older than the bound. */
class Ledger {
  readonly late: string[] = []
  readonly places: { readonly port: unknown; readonly standby: unknown }[] = []
  readonly #application: ReplicatedApplication
  /** When each number was acknowledged. */
  readonly #acknowledged = new Map<number, number>()

  constructor(application: ReplicatedApplication) {
    this.#application = application
  }

  async run(milliseconds: number): Promise<void> {
    const end = performance.now() + milliseconds
    await Promise.all([this.#write(end), this.#read(end)])
  }

  async read(milliseconds: number): Promise<void> {
    await this.#read(performance.now() + milliseconds)
  }

  async #write(end: number): Promise<void> {
    while (performance.now() < end) {
      const [row] = await this.#application.write(next)
      this.#acknowledged.set(Number(row?.number), performance.now())
      await sleep(20)
    }
  }

  async #read(end: number): Promise<void> {
    while (performance.now() < end) {
      const began = performance.now()
      const [row] = await this.#application.read(NUMBER)
      const missed = this.#acknowledged.get(Number(row?.number) + 1) ?? Number.POSITIVE_INFINITY
      const ageMs = Math.round(began - missed)
      if (ageMs > BOUND_MS + BUSY_MS) this.late.push(`${ageMs} ms at ${row?.port}`)
      this.places.push({ port: row?.port, standby: row?.standby })
      await sleep(20)
    }
  }
}
