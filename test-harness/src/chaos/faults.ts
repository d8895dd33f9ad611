import { setTimeout as pause } from 'node:timers/promises'
import type { PostgresCluster } from '../postgres/cluster.ts'

/** A fault that a cluster is given under load. */
export interface Fault {
  /** Stable id. */
  readonly id: string
  /** Its description. */
  readonly title: string
  /** True if the workers rest before and during the fault, so that it meets idle sessions alone. */
  readonly isIdle?: boolean
  /** Gives the fault; resolves when the primary accepts writes again. */
  give(cluster: PostgresCluster): Promise<unknown>
}

/** Time without a primary, or without a free slot, in ms. */
const OUTAGE_MS = 1000

/** All faults. */
export const FAULTS = [
  {
    id: 'promotion',
    title: 'the primary crashes, and a standby is promoted a second later',
    async give(cluster) {
      await cluster.primary.shutDown('crash')
      await pause(OUTAGE_MS)
      await cluster.promote()
    },
  },
  {
    id: 'switchover',
    title: 'a standby is promoted, and the old primary returns as its standby',
    give: (cluster) => cluster.switchover(),
  },
  {
    id: 'demotion',
    title: 'the primary turns read-only for a second without closing a session',
    async give({ primary }) {
      await primary.setReadOnly(true)
      await pause(OUTAGE_MS)
      await primary.setReadOnly(false)
    },
  },
  {
    id: 'restart',
    title: 'the primary restarts',
    give: ({ primary }) => primary.restart(),
  },
  {
    id: 'full-slots',
    title: 'all sessions end, and no slot is free for three seconds',
    async give({ primary }) {
      const release = await primary.fillSlots()
      // A client may take a slot before it is filled, and logs in for some time before its session is seen.
      for (let quiet = 0; quiet < 5; await pause(20)) quiet = (await primary.endSessions()) > 0 ? 0 : quiet + 1
      await pause(3 * OUTAGE_MS)
      await release()
    },
  },
  {
    id: 'sessions-killed',
    title: 'all sessions are ended',
    give: ({ primary }) => primary.endSessions(),
  },
  {
    id: 'idle-killed',
    title: 'all idle sessions are ended, and used again after 1.4 s',
    isIdle: true,
    async give({ primary }) {
      await primary.endSessions('idle')
      await pause(1400)
    },
  },
] as const satisfies readonly Fault[]
