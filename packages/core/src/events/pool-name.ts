import { type Endpoint, nameOf } from '../addresses/endpoint.ts'

/** Hosts that a name lists. */
const MOST_HOSTS = 3
/** Names in use, of all copies of this package in the process. */
const SHARED = Symbol.for('verifull.pools')

/** The servers of a pool. */
export interface PooledServers {
  readonly endpoints: readonly Endpoint[]
  readonly database?: string | undefined
}

/**
 * Returns a name for a pool that no other pool of the process has: `db.example:5432/orders`, as OpenTelemetry names pools, and
 * `db.example:5432/orders #2` for the second one. It comes from the settings alone, so a secret whose host changes gives no
 * further names.
 *
 * To be released with {@link releasePoolName} when the pool has ended, so that an application that makes many pools, one
 * after another, has few names.
 *
 * @example
 * const { profile } = resolveProfile({ settings: { host: 'db.example', port: 6432, database: 'orders' } })
 * const name = poolName(profile)
 * console.log(name) // db.example:6432/orders
 * releasePoolName(name)
 */
export function poolName({ endpoints, database }: PooledServers): string {
  const hosts = endpoints.slice(0, MOST_HOSTS).map((one) => (one.kind === 'in-secret' ? 'secret' : nameOf(one)))
  const more = endpoints.length > MOST_HOSTS ? `,+${endpoints.length - MOST_HOSTS}` : ''
  const base = `${hosts.join(',')}${more}${database === undefined ? '' : `/${database}`}`
  const used = namesInUse()
  let name = base
  for (let number = 2; used.has(name); number++) name = `${base} #${number}`
  used.add(name)
  return name
}

/** Gives up the name of a pool that has ended. */
export function releasePoolName(name: string): void {
  namesInUse().delete(name)
}

function namesInUse(): Set<string> {
  const shared = globalThis as { [SHARED]?: Set<string> }
  shared[SHARED] ??= new Set()
  return shared[SHARED]
}
