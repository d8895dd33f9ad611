import { availablePostgres } from './available.ts'
import { type ContainerEngine, containerEngine } from './container-engine.ts'
import { startContainer } from './container-server.ts'
import { startProcess } from './process-server.ts'
import { embeddedPrograms, localPrograms, type ServerPrograms } from './programs.ts'
import type { PostgresServer } from './server.ts'
import type { PostgresSource, PostgresWanted } from './wanted.ts'

/**
 * Starts a real PostgreSQL server and resolves when it accepts connections.
 *
 * @throws Error if the version is not available from that source; the message lists the available ones.
 * @example
 * const server = await startPostgres({ major: 18, tls: { certificate, key } })
 * await connect({ host: server.host, port: server.port, user: 'scram_user', password: server.password('scram_user') })
 * await server.stop()
 */
export async function startPostgres(wanted: PostgresWanted = {}): Promise<PostgresServer> {
  const programs = findPrograms(wanted)
  return programs ? startProcess(programs, wanted) : startContainer(await requireEngine(wanted), wanted)
}

/** The container engine for this request; throws if none responds or another source is requested. */
export async function requireEngine({ major, from }: PostgresWanted): Promise<ContainerEngine> {
  const engine = from === undefined || from === 'container' ? await containerEngine() : undefined
  if (engine) return engine
  const what = `PostgreSQL${major === undefined ? '' : ` ${major}`}${from ? ` (${from})` : ''}`
  throw new Error(`${what} cannot be started here; ${(await availablePostgres()).announce}`)
}

/** The best matching programs; undefined if none match or a container is requested. */
export function findPrograms({ major, from }: PostgresWanted): ServerPrograms | undefined {
  const find = (source: PostgresSource, look: () => ServerPrograms[]) =>
    from === undefined || from === source
      ? look().findLast((programs) => major === undefined || programs.major === major)
      : undefined
  return find('embedded', embeddedPrograms) ?? find('local', localPrograms)
}
