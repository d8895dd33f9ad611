import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createHierarchy, type Hierarchy } from '../certificates/hierarchy.ts'
import { type ApplicationSettings, applicationSettings } from './application-settings.ts'
import type { PostgresServer } from './server.ts'
import { startPostgres } from './start.ts'
import { temporaryFolder } from './temporary-folder.ts'

/** A PostgreSQL with TLS for one test file, with settings for production. */
export interface Database {
  /** The server. */
  readonly server: PostgresServer
  /** The certificates; its root issued the server's. */
  readonly hierarchy: Hierarchy
  /** Path of the CA certificate, PEM. */
  readonly ca: string
  /** A folder for the files of tests. */
  readonly folder: string
  /** Settings of `scram_user`: verify-full, and nothing from the process's environment. */
  readonly settings: ApplicationSettings
  /** The same as variables for a process, without user and password. */
  readonly environment: Readonly<Record<string, string>>
  /** Resolves when no session of a test is left; rejects after a time limit. */
  idle(): Promise<void>
  /** Waits until it is {@link idle}, and stops the server. */
  stop(): Promise<void>
  /** Stops the server even if sessions are left. */
  abandon(): Promise<void>
}

/** Starts it. The server requests client certificates, and `scram_user` has its own schema. */
export async function startDatabase(): Promise<Database> {
  const hierarchy = await createHierarchy()
  const { chain, key } = hierarchy.servers.good
  const server = await startPostgres({ tls: { certificate: chain, key, clientCa: hierarchy.root.certificate } })
  // The first schema of the search path, so that tables have their own place.
  await server.sql('create schema scram_user authorization scram_user', server.database)
  const folder = temporaryFolder()
  const ca = join(folder.path, 'ca.crt')
  await writeFile(ca, hierarchy.root.certificate)
  const abandon = async () => {
    await server.stop()
    await folder.remove()
  }
  return {
    server,
    hierarchy,
    ca,
    folder: folder.path,
    settings: applicationSettings(server, ca),
    environment: {
      NODE_ENV: 'production',
      DB_HOST: 'localhost',
      DB_PORT: String(server.port),
      DB_NAME: server.database,
      DB_SSL_CA: ca,
    },
    idle: () => idle(server),
    async stop() {
      await idle(server)
      await abandon()
    },
    abandon,
  }
}

/** pg resolves `end()` before its sockets are closed, and stopping the server then would cause errors. */
async function idle(server: PostgresServer): Promise<void> {
  let open: readonly object[] = []
  for (let tries = 0; tries < 40; tries++) {
    open = await server.sql(
      "select pid, state, query, now() - backend_start as age from pg_stat_activity where usename <> 'postgres'",
    )
    if (open.length === 0) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error(`a test left connections open: ${JSON.stringify(open)}`)
}
