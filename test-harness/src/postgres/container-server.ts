import { type ContainerEngine, imageOf, NEWEST_MAJOR } from './container-engine.ts'
import { postgresServer } from './running.ts'
import type { PostgresServer } from './server.ts'
import { ServerContainer } from './server-container.ts'
import type { PostgresWanted } from './wanted.ts'

/** Starts a server in a container of the official image. */
export async function startContainer(engine: ContainerEngine, wanted: PostgresWanted): Promise<PostgresServer> {
  return launch(engine, new ServerContainer(engine), wanted)
}

/** Starts a primary and its standby in two containers on one network. */
export async function startContainers(
  engine: ContainerEngine,
  wanted: PostgresWanted,
): Promise<readonly [primary: PostgresServer, standby: PostgresServer]> {
  const container = new ServerContainer(engine)
  const primary = await launch(engine, container, wanted)
  try {
    const standby = new ServerContainer(engine, await container.halt())
    const [started, restarted] = await Promise.allSettled([launch(engine, standby, wanted), primary.restart()])
    if (started.status === 'rejected') throw started.reason
    if (restarted.status === 'fulfilled') return [primary, started.value]
    await started.value.stop()
    throw restarted.reason
  } catch (error) {
    await primary.stop()
    throw error
  }
}

async function launch(
  { majors }: ContainerEngine,
  container: ServerContainer,
  wanted: PostgresWanted,
): Promise<PostgresServer> {
  if (wanted.environment) throw new Error('environment cannot be set for a server in a container')
  const major = wanted.major ?? majors.at(-1) ?? NEWEST_MAJOR
  const image = imageOf(major)
  try {
    await container.start(image, wanted)
    const version = await container.version()
    if (Number.parseInt(version, 10) !== major) throw new Error(`${image} holds PostgreSQL ${version}`)
    const { socketDirectory } = container
    const facts = {
      major,
      version,
      from: 'container',
      description: `PostgreSQL ${version}, container of ${image}`,
    } as const
    return postgresServer(socketDirectory === undefined ? facts : { ...facts, socketDirectory }, container, wanted)
  } catch (error) {
    await container.stop()
    const said = container.log.lines().slice(-15).join('\n')
    const reason = (error as Error).message
    throw new Error(`no container of ${image}: ${reason}${said && `; it said:\n${said}`}`, { cause: error })
  }
}
