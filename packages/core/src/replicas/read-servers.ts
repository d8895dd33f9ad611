import type { Network } from '../dial/channel.ts'
import { type Choice, dialInOrder } from '../dial/dial.ts'
import type { Dialed } from '../dial/dialed.ts'
import { READ_ONLY } from '../dial/target-session-attrs.ts'
import { endpointsOf } from '../endpoints/endpoints.ts'
import { loginOf } from '../endpoints/login-of.ts'
import { ConnectError } from '../errors/connect-error.ts'
import { ServerError } from '../errors/server-error.ts'
import type { Lifetime } from '../profile/lifetime.ts'
import type { Profile } from '../profile/profile.ts'
import type { ReadGroup } from '../profile/read-group.ts'
import { bare } from '../text/record.ts'
import { abortable } from '../time/deadline.ts'
import { LagWatch } from './lag-watch.ts'
import { isSame, type ReadSession } from './read-session.ts'
import { ReplicaWatch } from './replica-watch.ts'

/** Time for which a failure decides the choice, in ms, unless the watch sees the server again before. */
const REMEMBERED_MS = 30_000

/** The servers of a group for reading: the choice for each connection, and the sessions that are open. */
export class ReadServers {
  readonly group: ReadGroup
  readonly network: Network
  readonly sessions = new Set<ReadSession>()
  /** When each server failed since its last success: the state of an endpoint does not have failures of one login. */
  readonly #failedAt = new Map<Lifetime, number>()
  /** Servers behind a pooler that refuses {@link READ_ONLY} at the start of a session. */
  readonly #withoutParameter = new WeakSet<Lifetime>()
  readonly #lag: LagWatch | undefined
  readonly #watch = new ReplicaWatch(this)
  /** Number of connections that are being made. */
  #dialing = 0
  #turn = Math.floor(Math.random() * 1000)

  constructor(group: ReadGroup, network: Network) {
    this.group = group
    this.network = network
    this.#lag = group.maxLagMs === undefined ? undefined : new LagWatch(this, group.maxLagMs)
  }

  /**
   * Establishes a connection for these replicas.
   *
   * @throws the errors of {@link dial}
   */
  async dial(
    wanted: readonly Profile[],
    startup: Readonly<Record<string, string>>,
    signal: AbortSignal | undefined,
  ): Promise<Dialed> {
    this.#dialing++
    try {
      if (this.#lag) await abortable(this.#lag.begin(), AbortSignal.any(signal ? [signal] : []))
      return this.#opened(await dialInOrder(this.#around(wanted), startup, signal, this.network), wanted)
    } finally {
      this.#dialing--
      this.#endIfUnused()
    }
  }

  /** Returns all servers that a connection for these replicas may come to, those beside them with its database and limits. */
  #around(wanted: readonly Profile[]): Choice {
    const { replicas, primary } = this.group
    const isOpen = ({ lifetime }: Profile) => !lifetime.closing.aborted
    const beside = replicas.filter((one) => isOpen(one) && !wanted.some((other) => isSame(one, other)))
    const others = beside.map((one) => like(one, wanted, this.group))
    const last = isOpen(primary) ? [like(primary, wanted, this.group)] : []
    const order = () => {
      const turn = this.#turn++
      const replicas = [...rotated(wanted, turn), ...rotated(others, turn)]
      const usable = replicas.filter((one) => this.isUsable(one))
      const away = replicas.filter((one) => !usable.includes(one) && this.#isWithinBound(one))
      const servers = [...usable, ...last, ...away]
      if (servers.length === 0)
        throw new ConnectError('WRONG_ROLE', 'no replica is known to be within maxLagMs, and the primary is closed')
      return servers.map((server) => this.#reader(server))
    }
    return {
      profiles: wanted,
      others: [...others, ...last],
      order,
      passedOver: ({ lifetime }) => void this.#failedAt.set(lifetime, performance.now()),
      insteadOf: (server, error) => {
        if (!isRefusal(error) || !(READ_ONLY in server.startup)) return undefined
        this.#withoutParameter.add(server.lifetime)
        const { [READ_ONLY]: _, ...startup } = server.startup
        return bare<Profile>({ ...server, startup })
      },
    }
  }

  /** Returns a server as connections for reading come to it: a write fails there, whatever the server. */
  #reader(server: Profile): Profile {
    const { targetSessionAttrs: wanted, startup, lifetime } = server
    return bare<Profile>({
      ...server,
      readOnly: true,
      targetSessionAttrs: wanted === 'read-write' ? 'primary' : wanted,
      startup: this.#withoutParameter.has(lifetime) ? startup : { ...startup, [READ_ONLY]: 'on' },
    })
  }

  /** True if the replica is known to be away or in another role. */
  isAway(replica: Profile): boolean {
    const { endpoints, targetSessionAttrs, lifetime } = replica
    if ((this.#failedAt.get(lifetime) ?? Number.NEGATIVE_INFINITY) > performance.now() - REMEMBERED_MS) return true
    const known = endpointsOf(this.network)
    const role = targetSessionAttrs === 'prefer-standby' ? 'any' : targetSessionAttrs
    const login = loginOf(replica)
    return endpoints.every((endpoint) => endpoint.kind !== 'in-secret' && known.isLast(endpoint, role, login))
  }

  /** True for a replica that reads go to. */
  isUsable(replica: Profile): boolean {
    return !this.isAway(replica) && this.#isWithinBound(replica)
  }

  /** Notes that a server has accepted a connection. */
  accepted({ lifetime }: Profile): void {
    this.#failedAt.delete(lifetime)
  }

  /** Notes an open session, and lets it be replaced when reads belong elsewhere. */
  #opened(dialed: Dialed, wanted: readonly Profile[]): Dialed {
    const replaced = new AbortController()
    const session = { server: dialed.profile, wanted, replace: (reason: string) => replaced.abort(new Error(reason)) }
    this.sessions.add(session)
    this.accepted(dialed.profile)
    this.#watch.begin()
    dialed.socket.once('close', () => {
      this.sessions.delete(session)
      this.#endIfUnused()
    })
    const signals = [replaced.signal, ...(dialed.retired ? [dialed.retired] : [])]
    return { ...dialed, retired: AbortSignal.any(signals) }
  }

  #isWithinBound(replica: Profile): boolean {
    return this.#lag?.isWithin(replica) ?? true
  }

  #endIfUnused(): void {
    if (this.sessions.size > 0 || this.#dialing > 0) return
    this.#watch.end()
    this.#lag?.end()
  }
}

function rotated(servers: readonly Profile[], turn: number): readonly Profile[] {
  const first = turn % Math.max(1, servers.length)
  return [...servers.slice(first), ...servers.slice(0, first)]
}

/** Returns a server as a connection wants it: with another database where the connection has one of its own. */
function like(server: Profile, [wanted]: readonly Profile[], { replicas }: ReadGroup): Profile {
  const original = wanted && replicas.find((one) => isSame(one, wanted))
  if (!wanted || !original) return server
  const { database, failoverTimeoutMs } = wanted
  const hasOwn = database !== original.database
  return bare<Profile>({
    ...server,
    failoverTimeoutMs: Math.min(server.failoverTimeoutMs, failoverTimeoutMs),
    ...(hasOwn && database !== undefined && { database }),
  })
}

/** True for the answer of a pooler that does not know {@link READ_ONLY} as a parameter of the startup message. */
function isRefusal(error: unknown): boolean {
  return error instanceof ServerError && error.message.includes(READ_ONLY)
}

const byGroup = new WeakMap<ReadGroup, WeakMap<Network, ReadServers>>()

/** Returns the servers of a group behind a network, one for all pools. */
export function readServersOf(group: ReadGroup, network: Network): ReadServers {
  const byNetwork = byGroup.get(group) ?? new WeakMap<Network, ReadServers>()
  byGroup.set(group, byNetwork)
  const servers = byNetwork.get(network) ?? new ReadServers(group, network)
  byNetwork.set(network, servers)
  return servers
}
