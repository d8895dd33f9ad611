import { type ClusterServer, clusterServer } from './cluster-server.ts'
import { startOwned } from './process-server.ts'
import { caughtUp } from './replica.ts'
import { findPrograms } from './start.ts'
import type { PostgresWanted } from './wanted.ts'

/** A primary with streaming standbys, and the operations of a failover. */
export interface PostgresCluster {
  /** All servers. Their places and ports stay, whatever their roles. */
  readonly servers: readonly ClusterServer[]
  /** The server that was made primary last, running or not. */
  readonly primary: ClusterServer
  /** The other servers, running or not. */
  readonly standbys: readonly ClusterServer[]
  /** Resolves when the running standbys have replayed everything written so far. */
  caughtUp(): Promise<void>
  /**
   * Promotes a standby, and lets the other running standbys follow it. The old primary is left as it is: stop it before,
   * or there are two.
   *
   * @param standby Default: the running standby that has received the most.
   * @returns the new primary, when it accepts writes.
   */
  promote(standby?: ClusterServer): Promise<ClusterServer>
  /** Planned: stops the primary, promotes a standby that has everything, and starts the old primary as its standby. */
  switchover(): Promise<ClusterServer>
  /** Makes former primaries, running or not, and standbys that were shut down standbys of the present primary again. */
  rejoin(): Promise<void>
  /** Stops all servers. Idempotent. */
  stop(): Promise<void>
}

/** Version, TLS and settings of all servers of a cluster. `max_connections` is at least 100, that of the copied data. */
export interface ClusterWanted extends Omit<PostgresWanted, 'from'> {
  /** Number of standbys. Default 2. */
  readonly standbys?: number
}

/**
 * Starts a primary and its streaming standbys as processes of this machine.
 *
 * @throws Error if no server programs of the version are here; containers do not qualify.
 * @example
 * const cluster = await startPostgresCluster({ major: 18 })
 * await cluster.primary.shutDown('crash')
 * await cluster.promote()
 * await cluster.primary.sql('select pg_is_in_recovery()') // [{ pg_is_in_recovery: 'f' }]
 */
export async function startPostgresCluster({ standbys = 2, ...wanted }: ClusterWanted = {}): Promise<PostgresCluster> {
  const programs = findPrograms(wanted)
  if (!programs) throw new Error('a cluster needs server programs, embedded or local; containers do not qualify')
  const servers: ClusterServer[] = []
  const stop = async () => {
    await Promise.all(servers.map((server) => server.stop()))
  }
  try {
    const first = await startOwned(programs, wanted)
    servers.push(clusterServer(first))
    const others = Array.from({ length: standbys }, () => startOwned(programs, wanted, { standbyOf: first.server }))
    for (const other of await Promise.allSettled(others)) {
      if (other.status === 'fulfilled') servers.push(clusterServer(other.value))
    }
    await Promise.all(others)
  } catch (error) {
    await stop()
    throw error
  }
  return clusterOf(servers, stop)
}

function clusterOf(servers: readonly ClusterServer[], stop: () => Promise<void>): PostgresCluster {
  let primary = servers[0] as ClusterServer
  const standbys = () => servers.filter((server) => server !== primary)
  const running = () => standbys().filter(({ isRunning }) => isRunning)

  async function promote(chosen?: ClusterServer): Promise<ClusterServer> {
    const standby = chosen ?? (await mostAdvanced(running()))
    if (!standby?.isRunning) throw new Error('there is no running standby to promote')
    // It waits until the server accepts writes.
    await standby.sql('select pg_promote()')
    primary = standby
    await Promise.all(running().map((server) => server.follow(standby)))
    return standby
  }

  return {
    servers,
    get primary() {
      return primary
    },
    get standbys() {
      return standbys()
    },
    async caughtUp() {
      await Promise.all(running().map((standby) => caughtUp(primary, standby)))
    },
    promote,
    async switchover() {
      const old = primary
      await old.shutDown('fast')
      const promoted = await promote()
      await old.follow(promoted)
      await old.start()
      return promoted
    },
    async rejoin() {
      for (const server of standbys()) if (!(await isStandby(server))) await server.rejoin(primary)
    },
    stop,
  }
}

async function isStandby({ isRunning, sql }: ClusterServer): Promise<boolean> {
  return isRunning && (await sql('select pg_is_in_recovery() as is'))[0]?.is === 't'
}

/** The standby that has received the most. */
async function mostAdvanced(standbys: readonly ClusterServer[]): Promise<ClusterServer | undefined> {
  const positions = await Promise.all(
    standbys.map(async (standby) => {
      const [row] = await standby.sql("select pg_last_wal_receive_lsn() - '0/0'::pg_lsn as bytes")
      return { standby, bytes: BigInt(row?.bytes ?? 0) }
    }),
  )
  return positions.sort((a, b) => Number(b.bytes - a.bytes))[0]?.standby
}
