import { type Endpoint, nameOf } from '../addresses/endpoint.ts'
import type { PoolCounts } from '../errors/pool-error.ts'
import { processWide } from '../system/process-wide.ts'
import type { PoolStats } from './stats.ts'

/** Hosts that a name lists. */
const MOST_HOSTS = 3
/** By their names. */
const pools = processWide('verifull.pools', () => new Map<string, WeakRef<CountedPool>>())

/** The servers of a pool. */
export interface PooledServers {
  readonly endpoints: readonly Endpoint[]
  readonly database?: string | undefined
}

/** A pool whose numbers can be read. */
export interface CountedPool {
  counts(): PoolCounts
  /** Absent in pools that count nothing else. */
  stats?(): PoolStats
  /** The profiles of its servers. */
  readonly servers?: readonly object[]
}

/**
 * Returns a name for a pool that no other pool of the process has: `db.example:5432/orders`, as OpenTelemetry names pools, and
 * `db.example:5432/orders #2` for the second one. It comes from the settings alone, so a secret whose host changes gives no
 * further names.
 *
 * To be released with {@link releasePoolName} when the pool has ended, so that an application that makes many pools, one
 * after another, has few names; a pool that is collected as garbage releases it as well.
 *
 * @param pool Its numbers are in the snapshots of errors. It is not kept alive.
 *
 * @example
 * const { profile } = resolveProfile({ settings: { host: 'db.example', port: 6432, database: 'orders' } })
 * const counts = () => ({ total: 0, idle: 0, active: 0, waiting: 0, max: 10 })
 * const name = poolName(profile, { counts })
 * console.log(name) // db.example:6432/orders
 * releasePoolName(name)
 */
export function poolName({ endpoints, database }: PooledServers, pool: CountedPool): string {
  const hosts = endpoints.slice(0, MOST_HOSTS).map((one) => (one.kind === 'in-secret' ? 'secret' : nameOf(one)))
  const more = endpoints.length > MOST_HOSTS ? `,+${endpoints.length - MOST_HOSTS}` : ''
  const base = `${hosts.join(',') || 'pool'}${more}${database === undefined ? '' : `/${database}`}`
  let name = base
  for (let number = 2; pools.has(name); number++) name = `${base} #${number}`
  const reference = new WeakRef(pool)
  pools.set(name, reference)
  collected.register(pool, { name, reference })
  return name
}

/** Gives up the name of a pool that has ended. */
export function releasePoolName(name: string): void {
  pools.delete(name)
}

/** Returns the numbers of all pools that have a name. */
export function poolCounts(): Readonly<Record<string, PoolCounts>> {
  return Object.fromEntries([...namedPools()].map(([name, pool]) => [name, pool.counts()]))
}

/** Returns the pools that have a name. */
export function namedPools(): ReadonlyMap<string, CountedPool> {
  return new Map(
    [...pools].flatMap(([name, reference]) => {
      const pool = reference.deref()
      return pool ? [[name, pool] as const] : []
    }),
  )
}

/** The name may be another pool's by then. */
const collected = new FinalizationRegistry<{ readonly name: string; readonly reference: WeakRef<CountedPool> }>(
  ({ name, reference }) => {
    if (pools.get(name) === reference) releasePoolName(name)
  },
)
