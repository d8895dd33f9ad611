import { keyOf } from '../credentials/per-server.ts'
import type { Endpoint } from '../merge/endpoints.ts'
import { Rotation } from './rotation.ts'
import { type RotatingSource, type SuppliedCredentials, Supply } from './supply.ts'

/** Most addresses that are remembered; the one that was not dialed for longest is forgotten first. */
const KEPT = 256

/** Its circuit breaker blocks an address for two minutes after ten failures. */
const SUPAVISOR = /\.pooler\.supabase\.(com|co)$/i

/** Where a connection logs in. */
export interface Place {
  readonly endpoint: Endpoint
  /** The address dialed, or the socket's path. */
  readonly address: string
  /** pg_hba.conf may ask for other proof with TLS than without. */
  readonly kind: 'plain' | 'tls'
}

/** The secret of a profile wherever it is used: what one server refuses may be good at another. */
export class Rotations {
  readonly #source: RotatingSource
  readonly #supplies = new Map<string, Supply>()
  readonly #places = new Map<string, Rotation>()

  constructor(source: RotatingSource) {
    this.#source = source
  }

  /** Makes sure that there is a secret, before a connection is opened for which it is needed. */
  async ready(endpoint: Endpoint, signal: AbortSignal): Promise<SuppliedCredentials> {
    return await this.#supplyFor(endpoint).ready(signal)
  }

  at({ endpoint, address, kind }: Place): Rotation {
    const key = `${kind} ${address}:${endpoint.port} ${this.#source.perServer ? endpoint.host : ''}`
    const { host, port } = endpoint
    const rotation =
      this.#places.get(key) ?? new Rotation(this.#supplyFor(endpoint), { host, port }, SUPAVISOR.test(host))
    this.#places.delete(key)
    this.#places.set(key, rotation)
    const oldest = this.#places.keys().next().value
    if (this.#places.size > KEPT && oldest !== undefined) this.#places.delete(oldest)
    return rotation
  }

  #supplyFor({ host, port }: Endpoint): Supply {
    const server = this.#source.perServer ? { host, port } : undefined
    const key = keyOf(server)
    const supply = this.#supplies.get(key) ?? new Supply(this.#source, server)
    this.#supplies.set(key, supply)
    return supply
  }
}
