import { setTimeout as pause } from 'node:timers/promises'
import type { ClusterServer } from '../../postgres/cluster-server.ts'
import { type ClusterFault, OUTAGE_MS } from '../fault.ts'

/** Changes of the primary. */
export const ROLE_FAULTS: readonly ClusterFault[] = [
  {
    id: 'promotion',
    title: 'the primary crashes, and a standby is promoted a second later',
    async give({ cluster }) {
      await cluster.primary.shutDown('crash')
      await pause(OUTAGE_MS)
      await cluster.promote()
    },
    restore: ({ cluster }) => cluster.rejoin(),
  },
  {
    id: 'switchover',
    title: 'a standby is promoted, and the old primary returns as its standby',
    give: ({ cluster }) => cluster.switchover(),
  },
  {
    id: 'demotion',
    title: 'the primary turns read-only without closing a session, and a standby is promoted a second later',
    explains: /25006|read-only transaction/,
    async give({ cluster }) {
      await cluster.primary.setReadOnly(true)
      await nothingWrites(cluster.primary)
      await pause(OUTAGE_MS)
      await cluster.caughtUp()
      await cluster.promote()
    },
    restore: ({ cluster }) => cluster.rejoin(),
  },
  {
    id: 'read-only',
    title: 'the primary turns read-only for a second without closing a session',
    explains: /25006|read-only transaction/,
    async give({ cluster: { primary } }) {
      await primary.setReadOnly(true)
      await pause(OUTAGE_MS)
      await primary.setReadOnly(false)
    },
  },
]

/** Resolves when no transaction that began before is left: a later COMMIT would be lost in the promotion. */
async function nothingWrites(server: ClusterServer): Promise<void> {
  const open = 'select 1 from pg_stat_activity where backend_xid is not null and pid <> pg_backend_pid()'
  while ((await server.sql(open)).length > 0) await pause(5)
}
