import { type Endpoint, hostAndPort, locate } from '../addresses/endpoint.ts'
import { keyOf } from '../credentials/per-server.ts'
import { isSupavisor } from '../hosts/supavisor.ts'
import { RecentMap } from '../time/recent-map.ts'
import { type CredentialsSource, CurrentCredentials } from './current-credentials.ts'
import { LoginGate } from './login-gate.ts'
import type { LoginTicket } from './login-ticket.ts'
import type { Logins, PreparedLogin, ServerAddress } from './logins.ts'

/** Most addresses that have a gate; the one unused for longest is forgotten first. */
const MAX_GATES = 256

/** Credentials that may change while the application runs, with one gate for each server: one may reject what another accepts. */
export class LoginGates implements Logins {
  readonly #source: CredentialsSource
  readonly #current = new Map<string, CurrentCredentials>()
  readonly #gates = new RecentMap<string, LoginGate>(MAX_GATES)

  constructor(source: CredentialsSource) {
    this.#source = source
  }

  async prepare(endpoint: Endpoint, signal: AbortSignal): Promise<PreparedLogin> {
    const { user, host, port } = await this.#currentFor(endpoint).refresh(signal)
    return { user, endpoint: locate(endpoint, { host, port }) }
  }

  async enter(server: ServerAddress, signal: AbortSignal): Promise<LoginTicket> {
    return await this.gateAt(server).enter(signal)
  }

  /** Returns the gate of one server at one address, with TLS or without. */
  gateAt({ endpoint, address, kind }: ServerAddress): LoginGate {
    const { host, port } = endpoint
    const key = `${kind} ${address}:${port} ${this.#source.perServer ? host : ''}`
    const gate = this.#gates.get(key) ?? new LoginGate(this.#currentFor(endpoint), { host, port }, isSupavisor(host))
    this.#gates.set(key, gate)
    return gate
  }

  #currentFor(endpoint: Endpoint): CurrentCredentials {
    // A source that gives each server its own credentials is told a host, so that none is in the secret.
    const server = this.#source.perServer ? hostAndPort(endpoint) : undefined
    const key = keyOf(server)
    const current = this.#current.get(key) ?? new CurrentCredentials(this.#source, server)
    this.#current.set(key, current)
    return current
  }
}
