import type { PoolCounts } from '../errors/pool-error.ts'
import { expiryOf } from '../events/line.ts'
import type { ReportedFailure } from '../events/reported-failure.ts'
import type { PoolStats, Stats } from '../events/stats.ts'
import type { MonitoredPool } from './monitored.ts'
import { type ProbeResult, probeResult } from './probe.ts'

/** The health of the pools of one database. */
export interface Health {
  readonly at: Date
  /**
   * `ready`: sessions are lent. `degraded`: they are, and somebody should look. `down`: the primary's pool lends none.
   */
  readonly status: 'ready' | 'degraded' | 'down'
  /** The reasons for another status than `ready`, in words. */
  readonly reasons: readonly string[]
  readonly pools: readonly PoolHealth[]
  /** The state behind it. */
  readonly stats: Stats
}

/** The health of a pool. */
export interface PoolHealth {
  readonly name: string
  readonly role: PoolStats['role']
  /** `ready` lends a session, `full` has lent all and is not probed, `down` lends none in time, `closed` lends nothing any more. */
  readonly state: 'ready' | 'full' | 'down' | 'closed'
  /** Time in which it lent a session; undefined unless it is ready. */
  readonly latencyMs: number | undefined
  /** Undefined unless a checkout failed. */
  readonly failure: ReportedFailure | undefined
  readonly counts: PoolCounts
}

/** Probes the pools, and returns their health. */
export async function healthOf(
  pools: readonly MonitoredPool[],
  stats: () => Stats,
  deadlineMs: number,
): Promise<Health> {
  const healths = await Promise.all(pools.map((pool) => poolHealth(pool, deadlineMs)))
  const now = stats()
  const reasons = [
    ...(pools.length === 0 ? ['there is no pool: the database has not been initialized, or has been closed'] : []),
    ...healths.flatMap(reasonsOf),
    ...now.endpoints.flatMap(({ host, port, address, failure }) =>
      failure === undefined ? [] : [`${host}:${port} (${address}) cannot be connected to: ${failure}`],
    ),
    ...now.credentials.flatMap(({ source, isStale, failure }) =>
      isStale ? [`the secret of ${source} is stale: ${failure?.message}`] : [],
    ),
    ...now.certificates
      .filter(({ of, daysLeft }) => of !== 'ca' && daysLeft < 0)
      .map((one) => `${expiryOf(one)}: new connections fail`),
  ]
  const isDown = pools.length === 0 || healths.some(({ role, state }) => role !== 'replica' && isUnfit(state))
  const status = isDown ? 'down' : reasons.length > 0 ? 'degraded' : 'ready'
  return { at: now.at, status, reasons, pools: healths.map(({ health }) => health), stats: now }
}

interface Judged {
  readonly role: PoolStats['role']
  readonly state: PoolHealth['state']
  readonly health: PoolHealth
  readonly result: ProbeResult | undefined
}

async function poolHealth(pool: MonitoredPool, deadlineMs: number): Promise<Judged> {
  const judged = (state: PoolHealth['state'], result?: ProbeResult): Judged => {
    const { name, role, counts } = pool.stats()
    const latencyMs = result?.kind === 'lent' ? result.latencyMs : undefined
    const failure = result?.kind === 'failed' ? result.failure : undefined
    return { role, state, result, health: { name, role, state, latencyMs, failure, counts } }
  }
  if (pool.isClosed) return judged('closed')
  const { idle, active, max } = pool.counts()
  // A probe would wait behind the application's own checkouts.
  if (idle === 0 && active >= max) return judged('full')
  const result = await probeResult(pool, deadlineMs)
  if (pool.isClosed) return judged('closed')
  return judged(result.kind === 'lent' ? 'ready' : 'down', result)
}

function isUnfit(state: PoolHealth['state']): boolean {
  return state === 'down' || state === 'closed'
}

function reasonsOf({ state, result, health: { name, counts } }: Judged): readonly string[] {
  switch (state) {
    case 'ready':
      return []
    case 'closed':
      return [`the pool ${name} has been closed`]
    case 'full':
      return [
        `the pool ${name} is full: ${counts.active} of ${counts.max} sessions are lent, ${counts.waiting} checkouts wait`,
      ]
    case 'down':
      return [`the pool ${name} lends no session: ${because(result)}`]
  }
}

function because(result: ProbeResult | undefined): string {
  if (result?.kind === 'failed') return `${result.failure.message} (${result.failure.code})`
  return result?.kind === 'waiting' ? `none within ${(result.waitedMs / 1000).toFixed(1)} s` : ''
}
