import { startHostileServer } from '../../hostile/server.ts'
import type { RoleName } from '../../postgres/roles.ts'
import type { PostgresServer } from '../../postgres/server.ts'
import type { Adapter } from '../adapter.ts'
import type { ConnectRequest } from '../connect-request.ts'
import type { HostileTarget, RealTarget, SeveralTargets } from '../target.ts'
import type { Asked } from './asked.ts'
import { type Clean, cleaning } from './cleaned.ts'
import { clientMessages } from './client-messages.ts'
import { fill } from './placeholders.ts'
import { openTap } from './tap.ts'
import type { Heard } from './trace.ts'
import { wordsOf } from './words.ts'
import type { World } from './world.ts'

/** A prepared cell: the client's request, and the servers' view of its connections. */
export interface CellSetup {
  readonly request: ConnectRequest
  /** The request as text, without secrets. */
  readonly words: readonly string[]
  /** Removes the request's secrets from a text. */
  readonly clean: Clean
  /** The client's connections in the order of the servers; undefined if they cannot be observed. */
  connections(): readonly Heard[] | undefined
  /** Number of open connections; undefined if they cannot be observed. */
  open(): number | undefined
  /** True if the session can be queried for the server's view. */
  readonly answersQueries: boolean
  close(): Promise<void>
}

/** The address for the client, and the observation of its connections. */
interface Scene {
  readonly parameters: Readonly<Record<string, string>>
  readonly placeholders: Readonly<Record<string, string>>
  readonly answersQueries: boolean
  connections(): readonly Heard[] | undefined
  open?(): number
  close(): Promise<void>
}

const TIMEOUT_MS = 10_000

/** Prepares a cell for a client: a tap in front of the real server, or a hostile server of its own. */
export async function setUpCell(
  cell: Asked,
  world: World,
  { capabilities }: Pick<Adapter, 'capabilities'>,
): Promise<CellSetup> {
  const scene = await sceneOf(cell, world, addressed(capabilities.hostaddr))
  const { files, homes } = world.materials
  const placeholders = {
    ...files,
    ...(world.me === undefined ? {} : { me: world.me }),
    'somebody-else': world.me === 'nobody' ? 'root' : 'nobody',
    closed: String(world.closedPort),
    ...scene.placeholders,
  }
  const parameters = cell.uri === undefined ? { ...scene.parameters, ...cell.parameters } : cell.parameters
  const clean = cleaning(world, scene.placeholders.password)
  const filled = (texts: Readonly<Record<string, string>>): Record<string, string> =>
    Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, fill(text, placeholders)]))
  return {
    request: {
      parameters: filled(parameters),
      environment: { HOME: homes[cell.home ?? 'empty'], ...filled(cell.environment ?? {}) },
      timeoutMs: cell.timeoutMs ?? TIMEOUT_MS,
      ...(cell.uri === undefined ? {} : { uri: fill(cell.uri, placeholders) }),
    },
    words: wordsOf({ ...cell, parameters }, world, scene.placeholders),
    clean,
    answersQueries: scene.answersQueries,
    connections: scene.connections,
    open: () => scene.open?.(),
    close: scene.close,
  }
}

/** Parameters that address the servers. `db.test` does not resolve, so only a client with hostaddr reaches it. */
type Addressed = (count?: number) => Readonly<Record<string, string>>

function addressed(hostaddr: boolean): Addressed {
  return (count = 1) => {
    const times = (text: string): string => Array(count).fill(text).join()
    return hostaddr ? { host: times('db.test'), hostaddr: times('127.0.0.1') } : { host: times('localhost') }
  }
}

function sceneOf({ target }: Asked, world: World, named: Addressed): Promise<Scene> {
  if ('script' in target) return hostileScene(target, world, named)
  if ('hosts' in target) return severalScene(target, world, named)
  return target.socket ? socketScene(target, world) : realScene(target, world, named)
}

async function realScene(target: RealTarget, { primary }: World, named: Addressed): Promise<Scene> {
  const tap = await openTap(primary)
  return {
    parameters: { ...named(), port: String(tap.port), ...login(target, primary) },
    placeholders: { port: String(tap.port), user: target.role, password: passwordOf(target.role, primary) ?? '' },
    answersQueries: true,
    connections: () => tap.connections,
    open: () => tap.open,
    close: () => tap.stop(),
  }
}

async function socketScene(target: RealTarget, { primary }: World): Promise<Scene> {
  const host = primary.socketDirectory
  if (host === undefined) throw new Error(`${primary.description} has no Unix socket here`)
  return {
    parameters: { host, port: String(primary.port), ...login(target, primary) },
    placeholders: {},
    answersQueries: true,
    connections: () => undefined,
    close: async () => undefined,
  }
}

async function hostileScene(target: HostileTarget, world: World, named: Addressed): Promise<Scene> {
  const server = await startHostile(target, world)
  return {
    parameters: { ...named(), port: server.port, dbname: 'app', user: 'app', password: 'the password' },
    placeholders: { port: server.port },
    answersQueries: false,
    connections: server.connections,
    close: server.close,
  }
}

async function severalScene({ hosts, role }: SeveralTargets, world: World, named: Addressed): Promise<Scene> {
  const servers = await Promise.all(hosts.map((host) => startOne(host, world)))
  const ports = servers.map(({ port }) => port)
  return {
    parameters: { ...named(hosts.length), port: ports.join(), ...login({ role }, world.primary) },
    placeholders: { port: ports[0] ?? '', password: passwordOf(role, world.primary) ?? '' },
    answersQueries: true,
    connections: () => servers.flatMap((server) => server.connections()),
    close: async () => void (await Promise.all(servers.map((server) => server.close()))),
  }
}

interface Observed {
  readonly port: string
  connections(): readonly Heard[]
  close(): Promise<void>
}

async function startOne(host: SeveralTargets['hosts'][number], world: World): Promise<Observed> {
  if (host === 'closed') {
    return { port: String(world.closedPort), connections: () => [], close: async () => undefined }
  }
  if (typeof host === 'object') return startHostile(host, world)
  const tap = await openTap(world[host])
  return { port: String(tap.port), connections: () => tap.connections, close: () => tap.stop() }
}

async function startHostile({ script, certificate = 'good' }: HostileTarget, { materials }: World): Promise<Observed> {
  const { chain, key } = materials.servers[certificate]
  const server = await startHostileServer(script({ certificate: chain, key }))
  return {
    port: String(server.port),
    connections: () =>
      server.connections.map(({ events }) => ({
        says: clientMessages(events),
        seen: `saw ${events.join(', ') || 'nothing'}`,
      })),
    close: () => server.stop(),
  }
}

function login({ role, withoutPassword }: RealTarget, server: PostgresServer): Record<string, string> {
  const password = withoutPassword ? undefined : passwordOf(role, server)
  return { dbname: server.database, user: role, ...(password === undefined ? {} : { password }) }
}

const WITHOUT_PASSWORD: readonly RoleName[] = ['trust_user', 'cert_user', 'reject_user']

function passwordOf(role: RoleName, server: PostgresServer): string | undefined {
  return WITHOUT_PASSWORD.includes(role) ? undefined : server.password(role)
}
