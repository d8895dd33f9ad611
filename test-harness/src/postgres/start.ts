import type { PostgresServer } from './server.ts'
import type { PostgresWanted } from './wanted.ts'

/**
 * Starts a real PostgreSQL server and resolves when it takes connections.
 *
 * @throws Error where the wanted version cannot be had that way on this machine; the message says what would help.
 * @example
 * const server = await startPostgres({ major: 18, tls: { certificate, key } })
 * await connect({ host: server.host, port: server.port, user: 'scram_user', password: server.password('scram_user') })
 * await server.stop()
 */
export async function startPostgres(_wanted: PostgresWanted = {}): Promise<PostgresServer> {
  throw new Error('not built yet')
}
