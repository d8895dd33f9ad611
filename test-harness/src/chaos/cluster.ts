import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Authority } from '../certificates/authority.ts'
import { createHierarchy } from '../certificates/hierarchy.ts'
import { type PostgresCluster, startPostgresCluster } from '../postgres/cluster.ts'
import { temporaryFolder } from '../postgres/temporary-folder.ts'

/** A cluster for faults, with TLS. */
export interface ChaosCluster {
  readonly cluster: PostgresCluster
  /** The CA of its servers. */
  readonly authority: Authority
  /** Path of the certificate of that CA, PEM. */
  readonly ca: string
  /** Stops all servers. */
  stop(): Promise<void>
}

/** Starts a primary with two standbys. A write is acknowledged when a standby has it, so that a promotion loses none. */
export async function startChaosCluster(major?: number): Promise<ChaosCluster> {
  const { root, servers } = await createHierarchy()
  const { chain: certificate, key } = servers.good
  const folder = temporaryFolder()
  const ca = join(folder.path, 'ca.crt')
  await writeFile(ca, root.certificate)
  const settings = {
    synchronous_commit: 'on',
    synchronous_standby_names: 'ANY 1 (standby)',
    allow_in_place_tablespaces: 'on',
  }
  const version = major !== undefined && { major }
  const cluster = await startPostgresCluster({ tls: { certificate, key }, settings, ...version })
  return {
    cluster,
    authority: root,
    ca,
    async stop() {
      await cluster.stop()
      await folder.remove()
    },
  }
}
