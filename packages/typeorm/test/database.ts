import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  createHierarchy,
  type Hierarchy,
  type PostgresServer,
  startPostgres,
  temporaryFolder,
} from '@verifull/test-harness'
import type { Settings } from '@verifull/typeorm'

/** A TLS PostgreSQL for one test file, with the settings that reach it as production wants them. */
export interface Database {
  readonly server: PostgresServer
  readonly hierarchy: Hierarchy
  /** Path of the CA certificate. */
  readonly ca: string
  /** The settings of `scram_user`, verified in full, with nothing read from the environment. */
  readonly settings: Settings
  stop(): Promise<void>
}

export async function startDatabase(): Promise<Database> {
  const hierarchy = await createHierarchy()
  const { chain, key } = hierarchy.servers.good
  const server = await startPostgres({ tls: { certificate: chain, key } })
  // The first schema of the search path, so that tables have a place of their own.
  await server.sql('create schema scram_user authorization scram_user', server.database)
  const folder = temporaryFolder()
  const ca = join(folder.path, 'ca.crt')
  await writeFile(ca, hierarchy.root.certificate)
  return {
    server,
    hierarchy,
    ca,
    settings: settingsFor(server, ca),
    async stop() {
      await server.stop()
      await folder.remove()
    },
  }
}

/** The settings of `scram_user` on a server, as production wants them. */
export function settingsFor(server: PostgresServer, ca: string): Settings {
  return {
    host: 'localhost',
    port: server.port,
    user: 'scram_user',
    password: server.password('scram_user'),
    database: server.database,
    sslrootcert: ca,
    environment: { NODE_ENV: 'production' },
  }
}

/** What the server sees of a session. */
export const SEEN = `select ssl, current_user as user, inet_server_port() as port
  from pg_stat_ssl where pid = pg_backend_pid()`

/** For `expect.poll()`: as long as a loaded machine may take. */
export const PATIENT = { timeout: 5_000 }
