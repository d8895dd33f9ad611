import { availablePostgres } from './available.ts'
import { containerEngine } from './container-engine.ts'
import { startContainer } from './container-server.ts'
import { startProcess } from './process-server.ts'
import { embeddedPrograms, localPrograms, type ServerPrograms } from './programs.ts'
import type { PostgresServer } from './server.ts'
import type { PostgresSource, PostgresWanted } from './wanted.ts'

/**
 * Starts a real PostgreSQL server and resolves when it takes connections.
 *
 * @throws Error where the wanted version cannot be had that way on this machine; the message says what can.
 * @example
 * const server = await startPostgres({ major: 18, tls: { certificate, key } })
 * await connect({ host: server.host, port: server.port, user: 'scram_user', password: server.password('scram_user') })
 * await server.stop()
 */
export async function startPostgres(wanted: PostgresWanted = {}): Promise<PostgresServer> {
  const programs = findPrograms(wanted)
  if (programs) return startProcess(programs, wanted)
  const engine = wanted.from === undefined || wanted.from === 'container' ? await containerEngine() : undefined
  if (engine) return startContainer(engine, wanted)
  const what = `PostgreSQL${wanted.major === undefined ? '' : ` ${wanted.major}`}${wanted.from ? ` (${wanted.from})` : ''}`
  throw new Error(`${what} cannot be started here; ${(await availablePostgres()).announce}`)
}

/** The programs that fit best; undefined where none do, or where a container is wanted. */
export function findPrograms({ major, from }: PostgresWanted): ServerPrograms | undefined {
  const find = (source: PostgresSource, look: () => ServerPrograms[]) =>
    from === undefined || from === source
      ? look().findLast((programs) => major === undefined || programs.major === major)
      : undefined
  return find('embedded', embeddedPrograms) ?? find('local', localPrograms)
}
