import { keptBy } from '../credentials/cached.ts'
import type { EndpointAt } from '../endpoints/endpoints.ts'
import { type CountedPool, namedPools } from '../events/pool-names.ts'
import type { CredentialsStats, Stats } from '../events/stats.ts'
import { isProfile } from '../profile/checked-profile.ts'
import { openLifetimes } from '../profile/lifetime.ts'
import type { Profile } from '../profile/profile.ts'
import { certificateStats } from './certificate-stats.ts'
import { endpointStats, triedEndpoints } from './endpoint-stats.ts'

/**
 * Returns the state of all pools, servers, secrets and certificates of this process.
 *
 * It is computed when it is called, from what is known: no query is made, no file is read, and nothing is waited for. Servers,
 * secrets and certificates are known from the first connection on; pools of another library, and those that ended, are not listed.
 *
 * @example
 * import { processStats } from '@verifull/core'
 *
 * for (const { name, counts } of processStats().pools) console.log(name, counts.active, 'of', counts.max)
 */
export function processStats(): Stats {
  const pools = [...namedPools().values()]
  const used = openLifetimes().flatMap(({ profile }) => profile ?? [])
  return statsOf(pools, [...used, ...pools.flatMap(serversOf)], triedEndpoints())
}

/** Returns the same for some pools, and for the servers of some profiles, which may have no pool yet. */
export function statsFor(pools: readonly CountedPool[], profiles: readonly Profile[]): Stats {
  const all = [...profiles, ...pools.flatMap(serversOf)]
  return statsOf(pools, all, triedEndpoints(all))
}

function statsOf(pools: readonly CountedPool[], profiles: readonly Profile[], endpoints: readonly EndpointAt[]): Stats {
  const at = new Date()
  return {
    at,
    pools: pools.flatMap((pool) => pool.stats?.() ?? []),
    endpoints: endpoints.map(endpointStats),
    credentials: credentialsStats(profiles),
    certificates: certificateStats(endpoints, profiles, at),
  }
}

/** The profiles of the servers that a pool may connect to. */
export function serversOf({ servers = [] }: CountedPool): readonly Profile[] {
  return servers
    .filter(isProfile)
    .flatMap((one) => [one, ...(one.reads ? [...one.reads.replicas, one.reads.primary] : [])])
}

/** The secrets of all providers, each once. */
function credentialsStats(profiles: readonly Profile[]): readonly CredentialsStats[] {
  const providers = new Set(profiles.flatMap(({ lifetime }) => lifetime.providers))
  return [...providers].flatMap(keptBy)
}
