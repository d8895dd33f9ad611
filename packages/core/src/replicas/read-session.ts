import type { Profile } from '../profile/profile.ts'

/** A session for reading that is open. */
export interface ReadSession {
  /** The server that it is at. */
  readonly server: Profile
  /** The replicas that it was made for. */
  readonly wanted: readonly Profile[]
  /** Has its pool replace it. */
  replace(reason: string): void
}

/** True for two profiles of one server: a copy with another database is the same. */
export function isSame(one: Profile, other: Profile): boolean {
  return one.lifetime === other.lifetime
}
