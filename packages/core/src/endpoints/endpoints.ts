import type { KnownEndpoint } from '../addresses/endpoint.ts'
import { RecentMap } from '../time/recent-map.ts'
import { EndpointState, type WantedRole } from './endpoint-state.ts'
import { NameHistory } from './name-history.ts'
import { NameWatch } from './name-watch.ts'

/** Most servers and names that are remembered; the one unused for longest is forgotten first. */
const MOST = 256

/** Host and port of the settings or of the secret. */
type Named = Pick<KnownEndpoint, 'host' | 'port'>

/** The state of a server that is reached by a name and an address. */
export interface EndpointAt extends Named {
  /** IP address, or the path of a Unix socket. */
  readonly address: string
  readonly state: EndpointState
}

/**
 * The states of all servers that are reached through one network.
 *
 * A server is what a name leads to at an address: a proxy at one address has other servers for other names, which it tells by
 * SNI. One server with two names has two states.
 */
export class Endpoints {
  readonly #states = new RecentMap<string, EndpointAt>(MOST)
  readonly #names = new RecentMap<string, NameHistory>(MOST)
  /** Names and ports of servers that have accepted a connection. */
  readonly #known = new RecentMap<string, true>(MOST)
  readonly #waiting = new Set<() => void>()
  /** Finds the open sessions whose name leads elsewhere by now. */
  readonly watch = new NameWatch((name) => this.#historyOf(name))

  /** Returns the state of the server that a name leads to at an address. */
  at({ host, port }: Named, address: string): EndpointState {
    const key = keyOf({ host, port }, address)
    const known = this.#states.get(key) ?? { host, port, address, state: new EndpointState(() => this.#wake()) }
    this.#states.set(key, known)
    return known.state
  }

  /** Returns the states of all servers that are remembered. */
  get all(): readonly EndpointAt[] {
    return [...this.#states].map(([, known]) => known)
  }

  /** Notes the addresses of a name. */
  resolved(host: string, addresses: readonly string[]): void {
    this.#historyOf(host).add(addresses, performance.now())
  }

  /** Notes that a server of this name has accepted a connection. */
  accepted({ host, port }: Named): void {
    this.#known.set(`${host}:${port}`, true)
  }

  /** True if a server of this name has accepted a connection since the process began. */
  isKnown({ host, port }: Named): boolean {
    return this.#known.get(`${host}:${port}`) === true
  }

  /** True if no server of this name is usable for `wanted` and a login, as far as is known, so that other hosts are tried first. */
  isLast(endpoint: KnownEndpoint, wanted: WantedRole, login = ''): boolean {
    const { kind, host, port } = endpoint
    const dialed = kind === 'socket' ? endpoint.path : (endpoint.address ?? host)
    const known = this.#names.get(dialed)?.current ?? []
    const addresses = known.length > 0 ? known : [dialed]
    return addresses.every((address) => this.#states.get(keyOf({ host, port }, address))?.state.isLast(wanted, login))
  }

  /** Resolves after `milliseconds`, or earlier when more connections may be made; rejects with the signal's reason. */
  async mayHaveChanged(milliseconds: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted()
    await new Promise<void>((resolve, reject) => {
      const finish = (settle: () => void) => {
        clearTimeout(timer)
        this.#waiting.delete(wake)
        signal.removeEventListener('abort', abort)
        settle()
      }
      const wake = () => finish(resolve)
      const abort = () => finish(() => reject(signal.reason))
      const timer = setTimeout(wake, milliseconds)
      this.#waiting.add(wake)
      signal.addEventListener('abort', abort, { once: true })
    })
  }

  #historyOf(name: string): NameHistory {
    const history = this.#names.get(name) ?? new NameHistory()
    this.#names.set(name, history)
    return history
  }

  #wake(): void {
    for (const wake of [...this.#waiting]) wake()
  }
}

function keyOf({ host, port }: Named, address: string): string {
  return JSON.stringify([host, port, address])
}

const byNetwork = new WeakMap<object, Endpoints>()

/** Returns the states of the servers behind `network`: those of this process for its own, others for a network in memory. */
export function endpointsOf(network: object): Endpoints {
  const endpoints = byNetwork.get(network) ?? new Endpoints()
  byNetwork.set(network, endpoints)
  return endpoints
}
