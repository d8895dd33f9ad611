import { startHostileServer } from '../../hostile/server.ts'
import type { RoleName } from '../../postgres/roles.ts'
import type { PostgresServer } from '../../postgres/server.ts'
import type { ConnectRequest } from '../adapter.ts'
import type { Cell, HostileTarget, RealTarget, SeveralTargets } from '../cell.ts'
import { fill } from './placeholders.ts'
import { spoken } from './spoken.ts'
import { openTap } from './tap.ts'
import type { World } from './world.ts'

/** One cell set up: what the client is asked, and what servers saw of it. */
export interface Stage {
  readonly request: ConnectRequest
  /** Per connection, what the client said, in the order of the servers; undefined where nobody can listen. */
  says(): readonly string[] | undefined
  /** Whether the session can be asked for what the server sees. */
  readonly answersQueries: boolean
  close(): Promise<void>
}

/** Where the client is sent, and how that is observed. */
interface Scene {
  readonly parameters: Readonly<Record<string, string>>
  readonly placeholders: Readonly<Record<string, string>>
  readonly answersQueries: boolean
  says(): readonly string[] | undefined
  close(): Promise<void>
}

const TIMEOUT_MS = 10_000

/** Sets a cell up: a tap in front of the real server, or a hostile one of its own. */
export async function setStage(cell: Cell, world: World): Promise<Stage> {
  const scene = await sceneOf(cell, world)
  const { files, homes } = world.materials
  const placeholders = {
    ...files,
    me: world.me,
    'somebody-else': world.me === 'nobody' ? 'root' : 'nobody',
    closed: String(world.closedPort),
    ...scene.placeholders,
  }
  const parameters = cell.uri === undefined ? { ...scene.parameters, ...cell.parameters } : cell.parameters
  const filled = (texts: Readonly<Record<string, string>>): Record<string, string> =>
    Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, fill(text, placeholders)]))
  return {
    request: {
      parameters: filled(parameters),
      environment: { HOME: homes[cell.home ?? 'empty'], ...filled(cell.environment ?? {}) },
      timeoutMs: cell.timeoutMs ?? TIMEOUT_MS,
      ...(cell.uri === undefined ? {} : { uri: fill(cell.uri, placeholders) }),
    },
    answersQueries: scene.answersQueries,
    says: scene.says,
    close: scene.close,
  }
}

function sceneOf({ target }: Cell, world: World): Promise<Scene> {
  if ('script' in target) return hostileScene(target, world)
  if ('hosts' in target) return severalScene(target, world)
  return target.socket ? socketScene(target, world) : realScene(target, world)
}

const NAMED = { host: 'db.test', hostaddr: '127.0.0.1' }

async function realScene(target: RealTarget, { primary }: World): Promise<Scene> {
  const tap = await openTap(primary)
  return {
    parameters: { ...NAMED, port: String(tap.port), ...login(target, primary) },
    placeholders: { port: String(tap.port), user: target.role, password: passwordOf(target.role, primary) ?? '' },
    answersQueries: true,
    says: () => tap.says,
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
    says: () => undefined,
    close: async () => undefined,
  }
}

async function hostileScene(target: HostileTarget, world: World): Promise<Scene> {
  const server = await startHostile(target, world)
  return {
    parameters: { ...NAMED, port: server.port, dbname: 'app', user: 'app', password: 'the password' },
    placeholders: { port: server.port },
    answersQueries: false,
    says: server.says,
    close: server.close,
  }
}

async function severalScene({ hosts, role }: SeveralTargets, world: World): Promise<Scene> {
  const servers = await Promise.all(hosts.map((host) => startOne(host, world)))
  const ports = servers.map(({ port }) => port)
  return {
    parameters: {
      host: servers.map(() => NAMED.host).join(),
      hostaddr: servers.map(() => NAMED.hostaddr).join(),
      port: ports.join(),
      ...login({ role }, world.primary),
    },
    placeholders: { port: ports[0] ?? '' },
    answersQueries: true,
    says: () => servers.flatMap((server) => server.says()),
    close: async () => void (await Promise.all(servers.map((server) => server.close()))),
  }
}

interface Observed {
  readonly port: string
  says(): readonly string[]
  close(): Promise<void>
}

async function startOne(host: SeveralTargets['hosts'][number], world: World): Promise<Observed> {
  if (host === 'closed') return { port: String(world.closedPort), says: () => [], close: async () => undefined }
  if (typeof host === 'object') return startHostile(host, world)
  const tap = await openTap(world[host])
  return { port: String(tap.port), says: () => tap.says, close: () => tap.stop() }
}

async function startHostile({ script, certificate = 'good' }: HostileTarget, { materials }: World): Promise<Observed> {
  const { chain, key } = materials.servers[certificate]
  const server = await startHostileServer(script({ certificate: chain, key }))
  return {
    port: String(server.port),
    says: () => server.connections.map(({ events }) => spoken(events)),
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
