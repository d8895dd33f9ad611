import { setTimeout as pause } from 'node:timers/promises'
import { type ClusterFault, OUTAGE_MS } from '../fault.ts'

/** Time after which idle sessions are used again, in ms. */
export const IDLE_MS = 1400

/** Ends of sessions, and a server that admits no more. */
export const SESSION_FAULTS: readonly ClusterFault[] = [
  {
    id: 'full-slots',
    title: 'all sessions end, and no slot is free for three seconds',
    async give({ cluster: { primary } }) {
      const release = await primary.fillSlots()
      try {
        // A client may take a slot before it is filled, and logs in for some time before its session is seen.
        for (let quiet = 0; quiet < 5; await pause(20)) quiet = (await primary.endSessions()) > 0 ? 0 : quiet + 1
        await pause(3 * OUTAGE_MS)
      } finally {
        await release()
      }
    },
  },
  {
    id: 'sessions-killed',
    title: 'all sessions are ended',
    give: ({ cluster: { primary } }) => primary.endSessions(),
  },
  {
    id: 'idle-killed',
    title: 'all idle sessions are ended, and used again after 1.4 s',
    isIdle: true,
    async give({ cluster: { primary } }) {
      await primary.endSessions('idle')
      await pause(IDLE_MS)
    },
  },
]
