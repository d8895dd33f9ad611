import { setTimeout as pause } from 'node:timers/promises'
import type { PostgresCluster } from '../postgres/cluster.ts'
import type { RehearsalAdapter } from '../rehearsal/workers.ts'
import type { Fault } from './faults.ts'
import { Ledger, type LedgerBalance } from './ledger.ts'
import { type Write, Writers } from './writers.ts'

/** A client, a fault and the cluster that is given it. */
export interface ChaosRequest {
  /** The client; each adapter of a rehearsal qualifies. */
  readonly adapter: RehearsalAdapter
  /** The fault, one of {@link FAULTS}. */
  readonly fault: Fault
  /** A cluster that nothing else uses; it is left as the fault leaves it. */
  readonly cluster: PostgresCluster
  /** Path of the CA certificate of its servers, PEM. */
  readonly ca: string
  /** Pool size, and number of writers. Default 10. */
  readonly connections?: number
  /** Limit of a checkout, in ms. Default 15 000. */
  readonly checkoutMs?: number
}

/** Effects of a fault on a client. */
export interface ChaosRun extends LedgerBalance {
  /** Id of the fault. */
  readonly fault: string
  /** Name of the adapter. */
  readonly client: string
  /** Checkouts that failed. */
  readonly failedCheckouts: number
  /** Writes that failed on a lent connection, BEGIN included. */
  readonly failedWrites: number
  /** Time from the end of the fault to the first acknowledged write after it, in ms; null if there was none. */
  readonly firstWriteMs: number | null
  /** Longest checkout, in ms. */
  readonly longestWaitMs: number
  /** Errors by code and message, with their numbers. */
  readonly errors: Readonly<Record<string, number>>
}

/** Time under load before and after a fault, in ms. */
const BEFORE_MS = 700
const AFTER_MS = 1500

/**
 * Gives a cluster a fault while workers write through a client's pool, and counts what became of their writes.
 *
 * @example
 * const run = await chaos({ adapter, fault: FAULTS[0], cluster, ca })
 * console.log(run.failedCheckouts, run.lost, run.doubled) // 0 0 0
 */
export async function chaos(request: ChaosRequest): Promise<ChaosRun> {
  const { adapter, fault, cluster, ca, connections = 10, checkoutMs = 15_000 } = request
  const { work } = adapter
  const ledger = await Ledger.create(cluster)
  await cluster.caughtUp()
  const { servers } = cluster
  const handle = await work.open({
    parameters: {
      host: servers.map(() => 'localhost').join(','),
      port: servers.map(({ port }) => port).join(','),
      dbname: cluster.primary.database,
      user: 'scram_user',
      password: cluster.primary.password('scram_user'),
      sslmode: 'verify-full',
      sslrootcert: ca,
      target_session_attrs: 'read-write',
    },
    environment: { NODE_ENV: 'production' },
    timeoutMs: checkoutMs,
    poolSize: connections,
  })
  const writers = new Writers(work, handle, ledger, connections)
  let healedAt: number
  try {
    await pause(BEFORE_MS)
    if (fault.isIdle) writers.rest(true)
    if (fault.isIdle) await pause(BEFORE_MS / 2)
    await fault.give(cluster)
    healedAt = performance.now()
    writers.rest(false)
    await pause(AFTER_MS)
  } finally {
    await writers.stop()
    await work.close(handle)
  }
  const balance = await ledger.balance()
  await cluster.primary.sql('drop table ledger', 'app')
  return { fault: fault.id, client: adapter.name, ...counted(writers.writes, healedAt), ...balance }
}

/** Codes and words of the end of a session: of one that was lent, where its BEGIN fails with them. */
const SESSION_ENDED = /57P0[12]|ECONNRESET|connection terminated|terminating connection/i

function wasLent({ waitMs, error }: Write): boolean {
  const { code, message } = error as NodeJS.ErrnoException
  return waitMs !== undefined || SESSION_ENDED.test(`${code} ${message}`)
}

function counted(writes: readonly Write[], healedAt: number) {
  const failed = writes.filter(({ error }) => error !== undefined)
  const first = writes.find(({ at, error }) => at >= healedAt && error === undefined)
  const errors: Record<string, number> = {}
  for (const { error } of failed) {
    const { code, message } = error as NodeJS.ErrnoException
    const words = `${code ?? ''} ${message.split('\n', 1)[0]}`.trim()
    errors[words] = (errors[words] ?? 0) + 1
  }
  return {
    failedCheckouts: failed.filter((write) => !wasLent(write)).length,
    failedWrites: failed.filter(wasLent).length,
    firstWriteMs: first ? Math.round(first.at - healedAt) : null,
    longestWaitMs: Math.round(Math.max(0, ...writes.map(({ waitMs = 0 }) => waitMs))),
    errors,
  }
}
