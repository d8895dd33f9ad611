import type { Profile } from '@verifull/core'
import type { WatchedPool } from './watched-pool.ts'

/** The pools that have not ended, and that something else holds. */
const open = new Set<WeakRef<WatchedPool>>()
const owners = new WeakMap<object, WatchedPool>()
const forgotten = new FinalizationRegistry<WeakRef<WatchedPool>>((reference) => open.delete(reference))

/**
 * Remembers a pool of a library.
 *
 * @param pool The library's own object.
 */
export function rememberWatched(pool: object, watched: WatchedPool): void {
  const reference = new WeakRef(watched)
  owners.set(pool, watched)
  open.add(reference)
  forgotten.register(watched, reference)
}

/** Returns what is known of a library's pool; undefined for one that Verifull did not configure. */
export function watchedPool(pool: object): WatchedPool | undefined {
  return owners.get(pool)
}

/** Returns the open pools that connect by any of these profiles. Default: all. */
export function watchedPools(profiles?: readonly Profile[]): readonly WatchedPool[] {
  const pools = [...open].flatMap((reference) => reference.deref() ?? [])
  const lifetimes = profiles?.map(({ lifetime }) => lifetime)
  return pools.filter(
    ({ isOver, profile }) => !isOver && (!lifetimes || (profile && lifetimes.includes(profile.lifetime))),
  )
}
