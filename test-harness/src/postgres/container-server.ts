import { randomBytes, randomUUID } from 'node:crypto'
import { Readable } from 'node:stream'
import { setTimeout as pause } from 'node:timers/promises'
import { pack } from 'tar-stream'
import type { ContainerRuntimeClient, StartedTestContainer } from 'testcontainers'
import { type ContainerEngine, imageOf, loopbackNetwork, NEWEST_MAJOR } from './container-engine.ts'
import { createRole, rolesSql } from './roles.ts'
import { postgresServer, type Running } from './running.ts'
import type { PostgresServer } from './server.ts'
import { type Configured, serverFiles } from './server-files.ts'
import { ServerLog } from './server-log.ts'
import { simpleQuery } from './simple-query.ts'
import type { PostgresWanted } from './wanted.ts'
import { watchOver } from './watchdog.ts'

const FOLDER = '/etc/verifull'
const FIXED = { listen_addresses: '*', unix_socket_directories: '/var/run/postgresql' }
// The image's own set-up uses the socket inside the container; the harness comes from outside, with a random password.
const ADMISSION = ['local all postgres trust', 'host all postgres all password']
const RUN_LABEL = 'dev.verifull.container'
/** The process that started a container, for who finds one. */
export const PROCESS_LABEL = 'dev.verifull.process'
// The user of the official image: PostgreSQL wants its key owned by itself.
const POSTGRES_UID = 999

/** Starts the server in a container of its image. */
export async function startContainer(
  { client, majors }: ContainerEngine,
  wanted: PostgresWanted,
): Promise<PostgresServer> {
  if (wanted.environment) throw new Error('environment cannot be set for a server in a container')
  const major = wanted.major ?? majors.at(-1) ?? NEWEST_MAJOR
  const server = new ContainerServer()
  try {
    await server.start(client, imageOf(major), wanted)
    const version = await server.version()
    if (Number.parseInt(version, 10) !== major) throw new Error(`${imageOf(major)} holds PostgreSQL ${version}`)
    const description = `PostgreSQL ${version}, container of ${imageOf(major)}`
    return postgresServer({ major, version, from: 'container', description }, server, wanted)
  } catch (error) {
    const said = await server.removeFailed(client)
    const reason = (error as Error).message
    throw new Error(`no container of ${imageOf(major)}: ${reason}${said && `; it said:\n${said}`}`, { cause: error })
  }
}

class ContainerServer implements Running {
  readonly log = new ServerLog()
  readonly #password = randomBytes(18).toString('base64url')
  readonly #label = randomUUID()
  #container: StartedTestContainer | undefined
  #logEnded: Promise<void> = Promise.resolve()
  #dismissWatchdog = () => {}

  get port(): number {
    return this.#container?.getMappedPort(5432) ?? 0
  }

  get administration() {
    return { to: { host: '127.0.0.1', port: this.port }, user: 'postgres', password: this.#password }
  }

  async start(client: ContainerRuntimeClient, image: string, wanted: PostgresWanted): Promise<void> {
    const { GenericContainer, Wait } = await import('testcontainers')
    const roles = [rolesSql(), ...(wanted.roles ?? []).flatMap(createRole).map((statement) => `${statement};`)].join(
      '\n',
    )
    const setUp = { name: 'docker-entrypoint-initdb.d/roles.sql', content: roles, mode: 0o644 }
    this.#dismissWatchdog = watchOver({ containerLabel: `${RUN_LABEL}=${this.#label}` })
    this.#container = await new GenericContainer(image)
      .withNetworkMode(await loopbackNetwork(client))
      .withExposedPorts(5432)
      .withEnvironment({ POSTGRES_PASSWORD: this.#password, POSTGRES_INITDB_ARGS: '--no-sync --locale=C -E UTF8' })
      .withCopyArchivesToContainer([{ tar: archive([...filesOf(wanted), setUp]), target: '/' }])
      .withCommand(['postgres', '-c', `config_file=${FOLDER}/postgresql.conf`])
      // The server of the image's set-up says it too, but without TCP: #ready() tells them apart.
      .withWaitStrategy(Wait.forLogMessage(/ready to accept connections/))
      .withLogConsumer((logs) => {
        this.#logEnded = this.log.follow(logs)
      })
      .withLabels({ [RUN_LABEL]: this.#label, [PROCESS_LABEL]: String(process.pid) })
      // No reaper: its image is one more to pull, and whatever TESTCONTAINERS_RYUK_DISABLED says, the watchdog cleans up.
      .withAutoCleanup(false)
      .start()
    await this.#ready()
  }

  async version(): Promise<string> {
    const [row] = await simpleQuery(this.administration, 'postgres', 'show server_version')
    return row?.server_version?.split(' ')[0] ?? ''
  }

  async configure(configured: Configured): Promise<void> {
    await this.#container?.copyArchiveToContainer(archive(filesOf(configured)), '/')
  }

  async restart(): Promise<void> {
    const ended = this.#logEnded.then(() => Date.now())
    await this.#container?.restart({ timeout: 10_000 })
    const logs = await this.#container?.logs({ since: (await ended) / 1000 })
    if (logs) this.#logEnded = this.log.follow(logs)
    await this.#ready()
  }

  async stop(): Promise<void> {
    await this.#container?.stop()
    await this.#logEnded
    this.#dismissWatchdog()
  }

  /** Removes what a start that failed may have left, and answers with the end of its log. */
  async removeFailed({ container: { dockerode } }: ContainerRuntimeClient): Promise<string> {
    const filters = { label: [`${RUN_LABEL}=${this.#label}`] }
    for (const { Id } of await dockerode.listContainers({ all: true, filters })) {
      await dockerode.getContainer(Id).remove({ force: true, v: true })
    }
    await this.#logEnded
    this.#dismissWatchdog()
    return this.log.lines().slice(-15).join('\n')
  }

  async #ready(): Promise<void> {
    for (const end = Date.now() + 60_000; ; ) {
      try {
        await this.version()
        return
      } catch (error) {
        if (Date.now() > end) throw error
        await pause(20)
      }
    }
  }
}

function filesOf(configured: Configured) {
  return serverFiles(configured, FOLDER, FIXED, ADMISSION).map((file) => ({
    ...file,
    name: `etc/verifull/${file.name}`,
  }))
}

// Only an archive sets both owner and mode; a stream is used up by one copy.
function archive(files: readonly { name: string; content: string; mode: number }[]) {
  const tar = pack()
  tar.entry({ name: 'etc/verifull', type: 'directory', mode: 0o755 })
  for (const { name, content, mode } of files) tar.entry({ name, mode, uid: POSTGRES_UID, gid: POSTGRES_UID }, content)
  tar.finalize()
  return Readable.from(tar)
}
