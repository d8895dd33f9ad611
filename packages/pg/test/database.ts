import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Settings } from '@verifull/pg'
import { createHierarchy, type Hierarchy, type PostgresServer, startPostgres } from '@verifull/test-harness'

/** A TLS PostgreSQL for one test file, with the settings that reach it as production wants them. */
export interface Database {
  readonly server: PostgresServer
  readonly hierarchy: Hierarchy
  /** Path of the CA certificate. */
  readonly ca: string
  /** A folder for the files of a test. */
  readonly folder: string
  /** The settings of `scram_user`, verified in full, with nothing read from the environment. */
  readonly settings: Settings
  stop(): Promise<void>
}

export async function startDatabase(
  wanted: { major?: number; settings?: Record<string, string> } = {},
): Promise<Database> {
  const hierarchy = await createHierarchy()
  const { chain, key } = hierarchy.servers.good
  const server = await startPostgres({
    ...wanted,
    tls: { certificate: chain, key, clientCa: hierarchy.root.certificate },
  })
  const folder = await mkdtemp(join(tmpdir(), 'verifull-pg-'))
  const ca = join(folder, 'ca.crt')
  await writeFile(ca, hierarchy.root.certificate)
  return {
    server,
    hierarchy,
    ca,
    folder,
    settings: {
      host: 'localhost',
      port: server.port,
      user: 'scram_user',
      password: server.password('scram_user'),
      database: server.database,
      sslrootcert: ca,
      environment: { NODE_ENV: 'production' },
    },
    async stop() {
      await idle(server)
      await server.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** pg says that a pool has ended before its sockets have: a server that stops then would be an error of theirs. */
async function idle(server: PostgresServer): Promise<void> {
  for (let tries = 0; tries < 40; tries++) {
    const [row] = await server.sql("select count(*) as open from pg_stat_activity where usename <> 'postgres'")
    if (row?.open === '0') return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error('a test left connections open')
}
