import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { createBundle, createHierarchy, type PostgresServer, startPostgres } from '@verifull/test-harness'
import type { Destination } from './destination.ts'
import { findLibpq, type Libpq } from './libpq.ts'

/** Servers, certificates and versions of a measurement. */
export interface Site {
  /** Versions and machine, one line each. */
  readonly description: readonly string[]
  readonly servers: readonly PostgresServer[]
  /** The newest of the servers. */
  readonly newest: PostgresServer
  readonly libpq: Libpq
  /** True for a shorter run. */
  readonly quick: boolean
  /** Address and login of `server`, through another `port` if given. */
  destination(server: PostgresServer, roots: 'one root' | 'bundle', port?: number): Destination
  stop(): Promise<void>
}

const MAJORS = [15, 18]
export const BUNDLE_SIZE = 150

/** Starts one server per major version, with a certificate of a root that is also among the 150 of a bundle. */
export async function startSite(quick: boolean): Promise<Site> {
  const { root, servers: certificates } = await createHierarchy()
  const folder = await mkdtemp(join(tmpdir(), 'verifull-bench-'))
  const roots = { 'one root': join(folder, 'root.crt'), bundle: join(folder, 'bundle.crt') }
  await writeFile(roots['one root'], root.certificate)
  await writeFile(roots.bundle, await createBundle(root, { size: BUNDLE_SIZE, keyType: 'rsa2048' }))
  const { chain, key } = certificates.rsa
  const wanted = {
    tls: { certificate: chain, key },
    // The harness follows the log in the measuring process.
    settings: { log_connections: 'off', log_disconnections: 'off', max_connections: '300' },
  }
  const servers = await Promise.all(MAJORS.map((major) => startPostgres({ ...wanted, major })))
  const newest = servers.at(-1)
  if (!newest) throw new Error('no server')
  const libpq = await findLibpq()
  return {
    description: [
      `Node ${process.versions.node}, OpenSSL ${process.versions.openssl}, ${availableParallelism()} cores`,
      ...servers.map(({ description }) => description),
      libpq.description,
    ],
    servers,
    newest,
    libpq,
    quick,
    destination: ({ port, database, password }, which, other) => ({
      port: other ?? port,
      user: 'scram_user',
      password: password('scram_user'),
      database,
      roots: roots[which],
    }),
    async stop() {
      await Promise.all([libpq.close(), ...servers.map((server) => server.stop())])
      await rm(folder, { recursive: true, force: true })
    },
  }
}
