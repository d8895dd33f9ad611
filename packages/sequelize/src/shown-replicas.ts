import type { Profile } from '@verifull/core'
import { placeholderHost, shownTarget } from '@verifull/pg'

/** Returns the replicas for Sequelize: the host only selects among the servers of the driver. */
export function shownReplicas(replicas: readonly Profile[]): { host: string; port: number }[] {
  return replicas.map((profile, index) => ({ host: placeholderHost(index), port: shownTarget([profile]).port }))
}
