import type { Network } from '../dial/channel.ts'
import type { Dialed } from '../dial/dialed.ts'
import { endpointsOf } from '../endpoints/endpoints.ts'
import type { Profile } from '../profile/profile.ts'
import type { ReadGroup } from '../profile/read-group.ts'
import { bare } from '../text/record.ts'
import { isSame, type ReadSession } from './read-session.ts'
import { ReplicaWatch } from './replica-watch.ts'

/** The servers of a group for reading: the choice for each connection, and the sessions that are open. */
export class ReadServers {
  readonly group: ReadGroup
  readonly network: Network
  readonly sessions = new Set<ReadSession>()
  readonly #watch = new ReplicaWatch(this)
  #turn = Math.floor(Math.random() * 1000)

  constructor(group: ReadGroup, network: Network) {
    this.group = group
    this.network = network
  }

  /** Returns all servers that a connection for these replicas may come to, those beside them with its database and limits. */
  around(wanted: readonly Profile[]): {
    readonly others: readonly Profile[]
    readonly order: () => readonly Profile[]
  } {
    const { replicas, primary } = this.group
    const isOpen = ({ lifetime }: Profile) => !lifetime.closing.aborted
    const beside = replicas.filter((one) => isOpen(one) && !wanted.some((other) => isSame(one, other)))
    const others = beside.map((one) => like(one, wanted, this.group))
    const last = isOpen(primary) ? [like(primary, wanted, this.group)] : []
    const order = () => {
      const turn = this.#turn++
      const replicas = [...rotated(wanted, turn), ...rotated(others, turn)]
      const usable = replicas.filter((one) => this.isUsable(one))
      const away = replicas.filter((one) => !usable.includes(one))
      return [...usable, ...last, ...away]
    }
    return { others: [...others, ...last], order }
  }

  /** True unless the replica is known to be away or in another role. */
  isUsable({ endpoints, targetSessionAttrs }: Profile): boolean {
    const known = endpointsOf(this.network)
    const role = targetSessionAttrs === 'prefer-standby' ? 'any' : targetSessionAttrs
    return endpoints.some((endpoint) => endpoint.kind === 'in-secret' || !known.isLast(endpoint, role))
  }

  /** Notes an open session, and lets it be replaced when reads belong elsewhere. */
  opened(dialed: Dialed, wanted: readonly Profile[]): Dialed {
    const replaced = new AbortController()
    const session = { server: dialed.profile, wanted, replace: (reason: string) => replaced.abort(new Error(reason)) }
    this.sessions.add(session)
    this.#watch.begin()
    dialed.socket.once('close', () => {
      this.sessions.delete(session)
      if (this.sessions.size === 0) this.#watch.end()
    })
    const signals = [replaced.signal, ...(dialed.retired ? [dialed.retired] : [])]
    return { ...dialed, retired: AbortSignal.any(signals) }
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

const byGroup = new WeakMap<ReadGroup, WeakMap<Network, ReadServers>>()

/** Returns the servers of a group behind a network, one for all pools. */
export function readServersOf(group: ReadGroup, network: Network): ReadServers {
  const byNetwork = byGroup.get(group) ?? new WeakMap<Network, ReadServers>()
  byGroup.set(group, byNetwork)
  const servers = byNetwork.get(network) ?? new ReadServers(group, network)
  byNetwork.set(network, servers)
  return servers
}
