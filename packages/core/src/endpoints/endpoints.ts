import type { KnownEndpoint } from '../addresses/endpoint.ts'
import { RecentMap } from '../time/recent-map.ts'
import { EndpointState, type WantedRole } from './endpoint-state.ts'
import { NameHistory } from './name-history.ts'
import { NameWatch } from './name-watch.ts'

/** Most servers and names that are remembered; the one unused for longest is forgotten first. */
const MOST = 256

/** The state of a server with its address, or the path of its Unix socket. */
export interface EndpointAt {
  readonly address: string
  readonly port: number
  readonly state: EndpointState
}

/** The states of all servers that are reached through one network. */
export class Endpoints {
  readonly #states = new RecentMap<string, EndpointState>(MOST)
  readonly #names = new RecentMap<string, NameHistory>(MOST)
  /** Names and ports of servers that have accepted a connection. */
  readonly #known = new RecentMap<string, true>(MOST)
  readonly #waiting = new Set<() => void>()
  /** Finds the open sessions whose name leads elsewhere by now. */
  readonly watch = new NameWatch((name) => this.#historyOf(name))

  /** Returns the state of the server at an address, or at the path of a Unix socket. */
  at(address: string, port: number): EndpointState {
    const key = `${address}:${port}`
    const state = this.#states.get(key) ?? new EndpointState(() => this.#wake())
    this.#states.set(key, state)
    return state
  }

  /** Returns the states of all servers that are remembered, with their addresses. */
  get all(): readonly EndpointAt[] {
    return [...this.#states].map(([key, state]) => {
      const colon = key.lastIndexOf(':')
      return { address: key.slice(0, colon), port: Number(key.slice(colon + 1)), state }
    })
  }

  /** Notes the addresses of a name. */
  resolved(host: string, addresses: readonly string[]): void {
    this.#historyOf(host).add(addresses, performance.now())
  }

  /** Notes that a server of this name has accepted a connection. */
  accepted({ host, port }: Pick<KnownEndpoint, 'host' | 'port'>): void {
    this.#known.set(`${host}:${port}`, true)
  }

  /** True if a server of this name has accepted a connection since the process began. */
  isKnown({ host, port }: Pick<KnownEndpoint, 'host' | 'port'>): boolean {
    return this.#known.get(`${host}:${port}`) === true
  }

  /** True if no server of this name is usable for `wanted`, as far as is known, so that other hosts are tried first. */
  isLast(endpoint: KnownEndpoint, wanted: WantedRole): boolean {
    const { kind, host, port } = endpoint
    const dialed = kind === 'socket' ? endpoint.path : (endpoint.address ?? host)
    const known = this.#names.get(dialed)?.current ?? []
    const addresses = known.length > 0 ? known : [dialed]
    return addresses.every((address) => this.#states.get(`${address}:${port}`)?.isLast(wanted))
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

const byNetwork = new WeakMap<object, Endpoints>()

/** Returns the states of the servers behind `network`: those of this process for its own, others for a network in memory. */
export function endpointsOf(network: object): Endpoints {
  const endpoints = byNetwork.get(network) ?? new Endpoints()
  byNetwork.set(network, endpoints)
  return endpoints
}
