import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createHierarchy, type Hierarchy } from '../certificates/hierarchy.ts'
import { type ApplicationSettings, applicationSettings } from './application-settings.ts'
import type { PostgresServer } from './server.ts'
import { startPostgres } from './start.ts'
import { temporaryFolder } from './temporary-folder.ts'

/** A TLS PostgreSQL for one test file, with the settings that reach it as production wants them. */
export interface Database {
  readonly server: PostgresServer
  readonly hierarchy: Hierarchy
  /** Path of the CA certificate. */
  readonly ca: string
  /** A folder for the files of a test. */
  readonly folder: string
  /** The settings of `scram_user`, verified in full, with nothing read from the environment. */
  readonly settings: ApplicationSettings
  /** The same for a process, in variables, without the login. */
  readonly environment: Readonly<Record<string, string>>
  /** Resolves when no session of a test is left, or rejects. */
  idle(): Promise<void>
  /** Waits until it is {@link idle}, and ends the server. */
  stop(): Promise<void>
  /** Ends the server with the sessions in which a test has left a query running. */
  abandon(): Promise<void>
}

/** Starts it. The server asks for client certificates, and `scram_user` has a schema of its own. */
export async function startDatabase(): Promise<Database> {
  const hierarchy = await createHierarchy()
  const { chain, key } = hierarchy.servers.good
  const server = await startPostgres({ tls: { certificate: chain, key, clientCa: hierarchy.root.certificate } })
  // The first schema of the search path, so that tables have a place of their own.
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

/** pg says that a pool has ended before its sockets have: a server that stops then would be an error of theirs. */
async function idle(server: PostgresServer): Promise<void> {
  for (let tries = 0; tries < 40; tries++) {
    const [row] = await server.sql("select count(*) as open from pg_stat_activity where usename <> 'postgres'")
    if (row?.open === '0') return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error('a test left connections open')
}
