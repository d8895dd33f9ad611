import { bare } from '../text/record.ts'
import type { Profile } from './profile.ts'

/** The replicas of one configuration and their primary, which reads fall back to. */
export class ReadGroup {
  readonly replicas: readonly Profile[]
  readonly primary: Profile

  constructor(primary: Profile, replicas: readonly Profile[]) {
    this.primary = primary
    this.replicas = replicas
  }
}

/** Returns the replicas as profiles of one group. */
export function grouped(primary: Profile, replicas: readonly Profile[]): readonly Profile[] {
  const reads = new ReadGroup(primary, replicas)
  return replicas.map((replica) => Object.freeze(bare<Profile>({ ...replica, reads })))
}
