import { setTimeout as pause } from 'node:timers/promises'
import type { PostgresCluster } from '../../postgres/cluster.ts'
import type { ShutDownWay } from '../../postgres/cluster-server.ts'
import { type ClusterFault, OUTAGE_MS } from '../fault.ts'

/** Ends of the primary, after which it starts again. */
export const SERVER_FAULTS: readonly ClusterFault[] = [
  {
    id: 'crash',
    title: 'the primary is killed (kill -9), and starts again a second later',
    give: ({ cluster }) => awayFor(cluster, 'crash'),
  },
  {
    id: 'immediate-shutdown',
    title: 'the primary drops its sessions, and starts again a second later',
    give: ({ cluster }) => awayFor(cluster, 'immediate'),
  },
  {
    id: 'smart-shutdown',
    title: 'the primary admits nobody and waits for its sessions, for five seconds at most, and starts again',
    give: ({ cluster }) => awayFor(cluster, 'smart'),
  },
  {
    id: 'restart',
    title: 'the primary restarts (fast shutdown)',
    give: ({ cluster }) => cluster.primary.restart(),
  },
  {
    id: 'suspended',
    title: 'all processes of the primary stand still for three seconds (SIGSTOP)',
    explains: /ETIMEDOUT|timed? ?out|57014/i,
    async give({ cluster: { primary } }) {
      await primary.suspend()
      await pause(3 * OUTAGE_MS)
      await primary.resume()
    },
  },
]

async function awayFor({ primary }: PostgresCluster, way: ShutDownWay): Promise<void> {
  await primary.shutDown(way)
  await pause(OUTAGE_MS)
  await primary.start()
}
