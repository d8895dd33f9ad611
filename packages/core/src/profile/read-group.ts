import { bare } from '../text/record.ts'
import type { Profile } from './profile.ts'

/** The replicas of one configuration and their primary, which reads fall back to. */
export class ReadGroup {
  readonly replicas: readonly Profile[]
  readonly primary: Profile
  /** Longest lag of a replica that is read from, in ms; undefined for any. */
  readonly maxLagMs: number | undefined

  constructor(primary: Profile, replicas: readonly Profile[], maxLagMs: number | undefined) {
    this.primary = primary
    this.replicas = replicas
    this.maxLagMs = maxLagMs
  }
}

/** Returns the replicas as profiles of one group. */
export function grouped(primary: Profile, replicas: readonly Profile[], maxLagMs?: number): readonly Profile[] {
  const reads = new ReadGroup(primary, replicas, maxLagMs)
  return replicas.map((replica) => Object.freeze(bare<Profile>({ ...replica, reads })))
}
