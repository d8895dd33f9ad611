import { randomBytes, randomUUID } from 'node:crypto'
import { buffer } from 'node:stream/consumers'
import { setTimeout as pause } from 'node:timers/promises'
import type { StartedTestContainer } from 'testcontainers'
import type { Target } from '../network/endpoint.ts'
import { checkPublished, directAddress } from './container-address.ts'
import type { ContainerEngine } from './container-engine.ts'
import { changedArchive, FOLDER, firstArchives, type Origin, USER } from './container-files.ts'
import { joinLoopbackNetwork, type LoopbackNetwork, PROCESS_LABEL } from './loopback-network.ts'
import type { Running } from './running.ts'
import { type Configured, opensslEnvironment } from './server-files.ts'
import { ServerLog } from './server-log.ts'
import { simpleQuery } from './simple-query.ts'
import { CONTAINER_PORT, type SocketFolder, socketFolder } from './socket-folder.ts'
import type { PostgresWanted } from './wanted.ts'
import { watchOver } from './watchdog.ts'

const RUN_LABEL = 'dev.verifull.container'
// The server of the image's set-up prints it too, but does not listen on TCP: #ready() tells them apart.
const READY = /ready to accept (read-only )?connections/

/** One server in a container. */
export class ServerContainer implements Running {
  readonly log = new ServerLog()
  readonly #engine: ContainerEngine
  readonly #origin: Origin | undefined
  readonly #password: string
  readonly #name = `verifull-${randomUUID()}`
  #container: StartedTestContainer | undefined
  #address: string | undefined
  #network: LoopbackNetwork | undefined
  #sockets: SocketFolder | undefined
  #logEnded: Promise<void> = Promise.resolve()
  #dismissWatchdog = () => {}

  constructor(engine: ContainerEngine, origin?: Origin) {
    this.#engine = engine
    this.#origin = origin
    this.#password = origin?.password ?? randomBytes(18).toString('base64url')
  }

  get port(): number {
    return this.#container?.getMappedPort(CONTAINER_PORT) ?? 0
  }

  get administration() {
    return { to: { host: '127.0.0.1', port: this.port }, user: 'postgres', password: this.#password }
  }

  async start(image: string, wanted: PostgresWanted): Promise<void> {
    const { GenericContainer, Wait } = await import('testcontainers')
    this.#network = await joinLoopbackNetwork(this.#engine.client)
    if (this.#engine.sharesFolders) this.#sockets = await socketFolder()
    this.#dismissWatchdog = watchOver({ containerLabel: `${RUN_LABEL}=${this.#name}` })
    const container = new GenericContainer(image)
      .withName(this.#name)
      .withUser(`${USER.uid}:${USER.gid}`)
      .withNetworkMode(this.#network.name)
      .withExposedPorts(CONTAINER_PORT)
      .withEnvironment({
        ...opensslEnvironment(FOLDER),
        PGDATA: `${FOLDER}/data`,
        POSTGRES_PASSWORD: this.#password,
        POSTGRES_INITDB_ARGS: '--no-sync --locale=C -E UTF8 --wal-segsize=4',
      })
      .withBindMounts(this.#sockets ? [{ source: this.#sockets.path, target: `${FOLDER}/socket`, mode: 'z' }] : [])
      .withCopyArchivesToContainer(firstArchives(wanted, this.#origin))
      .withCommand(['postgres', '-c', `config_file=${FOLDER}/postgresql.conf`])
      .withWaitStrategy(Wait.forLogMessage(READY))
      .withLogConsumer((logs) => {
        this.#logEnded = this.log.follow(logs)
      })
      .withLabels({ [RUN_LABEL]: this.#name, [PROCESS_LABEL]: String(process.pid) })
      // No reaper: it needs an image of its own, and the watchdog cleans up in any case.
      .withAutoCleanup(false)
    this.#container = await container.start()
    await this.#ready()
  }

  /** Its address without the engine's proxy. */
  get direct(): Target | undefined {
    return this.#address === undefined ? undefined : { host: this.#address, port: CONTAINER_PORT }
  }

  async version(): Promise<string> {
    const [row] = await simpleQuery(this.administration, 'postgres', 'show server_version')
    return row?.server_version?.split(' ')[0] ?? ''
  }

  /** The folder of its socket on this machine; undefined if it cannot be reached from here. */
  get socketDirectory(): string | undefined {
    return this.#sockets?.path
  }

  async configure(configured: Configured): Promise<void> {
    const { tar, target } = changedArchive(configured, this.#origin)
    await this.#container?.copyArchiveToContainer(tar, target)
  }

  /** Stops the server and copies its data; {@link restart} starts it again. */
  async halt(): Promise<Origin> {
    const stopped = this.#byId()
    await stopped.stop({ t: 10 })
    const data = await buffer(await stopped.getArchive({ path: `${FOLDER}/data` }))
    return { data, host: this.#name, password: this.#password }
  }

  async restart(): Promise<void> {
    const ended = this.#logEnded.then(() => Date.now())
    await this.#container?.restart({ timeout: 10_000 })
    const logs = await this.#container?.logs({ since: (await ended) / 1000 })
    if (logs) this.#logEnded = this.log.follow(logs)
    await this.#ready()
  }

  async stop(): Promise<void> {
    const { dockerode } = this.#engine.client.container
    // By label, because a start that failed leaves a container without a handle.
    const filters = { label: [`${RUN_LABEL}=${this.#name}`] }
    for (const { Id } of await dockerode.listContainers({ all: true, filters })) {
      await dockerode.getContainer(Id).remove({ force: true, v: true })
    }
    await this.#logEnded
    this.#dismissWatchdog()
    await this.#sockets?.remove()
    await this.#network?.leave()
    this.#network = undefined
  }

  #byId() {
    return this.#engine.client.container.getById(this.#container?.getId() ?? '')
  }

  async #ready(): Promise<void> {
    const inspected = await this.#engine.client.container.inspect(this.#byId())
    checkPublished(inspected)
    this.#address = directAddress(inspected)
    for (const end = Date.now() + 60_000; ; ) {
      try {
        await this.version()
        break
      } catch (error) {
        if (Date.now() > end) throw error
        await pause(20)
      }
    }
    if (await this.#sockets?.answersAs(this.port)) return
    await this.#sockets?.remove()
    this.#sockets = undefined
  }
}
