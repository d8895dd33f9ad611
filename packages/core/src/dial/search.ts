import type { Duplex } from 'node:stream'
import type { Endpoint } from '../merge/endpoints.ts'
import type { Profile } from '../profile/profile.ts'
import type { PreparedLogin } from '../rotation/logins.ts'
import type { Attempt } from '../sslmode.ts'
import { bare } from '../text/record.ts'
import { withDeadline } from '../time/deadline.ts'
import type { SessionMessages } from '../wire/session-messages.ts'
import { type AttemptPlan, attempt, type Opened } from './attempt.ts'
import type { Attestation } from './attestation.ts'
import { checkBlock } from './blocked-logins.ts'
import type { Channel, Network, Target } from './channel.ts'
import type { History } from './history.ts'
import { doubtsMaterial, moveAfter } from './move.ts'
import { RefusedLogin, refusesPassword } from './refused-login.ts'
import { openPeer } from './require-peer.ts'
import { shuffled } from './shuffled.ts'

/** An authenticated session, ready for queries, for a driver to adopt. */
export interface Dialed {
  /** The profile that it was made by. */
  readonly profile: Profile
  /** The socket, paused. */
  readonly socket: Duplex
  /** What the driver has to read first: AuthenticationOk, the parameters, the backend key, ReadyForQuery. */
  readonly replay: Buffer
  /** Through which a driver has to read the replay and the socket, so that it meets nothing but what a session may have. */
  readonly messages: SessionMessages
  readonly attestation: Attestation
  /** What a cancel request needs; absent where the server gave none. */
  readonly backendKey?: { readonly processId: number; readonly secretKey: Buffer }
  /** Aborts when the secret that it was opened with has been replaced: the pool should replace the connection. */
  readonly retired?: AbortSignal
}

const PLAIN: Attempt = { kind: 'plain' }
/** How often one connection tries another secret; how often all of them do is the rotation's to limit. */
const MOST_RENEWALS = 12

/** Looks among the hosts of one profile for one that takes us. */
export class Search {
  readonly #profile: Profile
  readonly #addressLimitMs: number
  readonly #startup: Readonly<Record<string, string>>
  readonly #network: Network
  readonly #history: History

  constructor(
    profile: Profile,
    addressLimitMs: number,
    startup: Readonly<Record<string, string>>,
    through: Network,
    history: History,
  ) {
    this.#profile = profile
    this.#addressLimitMs = addressLimitMs
    this.#startup = startup
    this.#network = through
    this.#history = history
  }

  /** Undefined where none takes us and it may be tried elsewhere; throws where the search is over. */
  async run(signal: AbortSignal): Promise<Dialed | undefined> {
    const wanted = this.#profile.targetSessionAttrs
    const roles = wanted === 'prefer-standby' ? (['standby', 'any'] as const) : ([wanted] as const)
    const endpoints = this.#ordered(this.#profile.endpoints)
    for (const role of roles) {
      for (const endpoint of endpoints) {
        const dialed = await this.#host(endpoint, role, signal)
        if (dialed) return dialed
      }
    }
    return undefined
  }

  /** Undefined where the next host may be tried. */
  async #host(configured: Endpoint, role: AttemptPlan['role'], signal: AbortSignal): Promise<Dialed | undefined> {
    const limit = this.#addressLimitMs
    const kind = this.#profile.attempts[0]?.kind ?? 'plain'
    const late = () =>
      this.#history.late(`to ${endpoint.host}:${endpoint.port} within connect_timeout, ${limit / 1000} s`)
    this.#history.phase = 'credentials'
    if (!configured.fromSecret) this.#history.at = { endpoint: configured, kind }
    const prepared = await this.#profile.logins.prepare(configured, signal)
    const endpoint = placed(configured, prepared)
    this.#history.at = { endpoint, kind }
    const material = this.#profile.tlsFor(endpoint)
    const tls = await material?.ready(signal)
    this.#history.phase = 'connect'
    let addresses: readonly string[]
    try {
      addresses = await withDeadline(limit, late, signal, (bounded) => this.#addresses(endpoint, bounded))
    } catch (error) {
      if (signal.aborted) throw error
      this.#history.add(error, endpoint, undefined, kind)
      return undefined
    }
    for (const address of addresses) {
      const plan = { profile: this.#profile, endpoint, address, tls, user: prepared.user, role, startup: this.#startup }
      const outcome = await withDeadline(limit, late, signal, (bounded) =>
        this.#address({ ...plan, signal: bounded }, signal),
      )
      if (outcome === 'next-host') return undefined
      if (outcome !== 'next-address') return outcome
    }
    return undefined
  }

  async #addresses({ host, address, socketPath }: Endpoint, signal: AbortSignal): Promise<readonly string[]> {
    if (socketPath !== undefined) return [socketPath]
    return this.#ordered(await this.#network.resolve(address ?? host, signal))
  }

  /** Goes through the attempts of the mode at one address. */
  async #address(plan: AttemptPlan, signal: AbortSignal): Promise<Dialed | 'next-host' | 'next-address'> {
    const { signal: bounded } = plan
    let ways: Attempt[] = [...(plan.endpoint.socketPath === undefined ? this.#profile.attempts : [PLAIN])]
    let channel: Channel | undefined
    const material = this.#profile.tlsFor(plan.endpoint)
    let { tls } = plan
    let asked = false
    let renewals = 0
    for (let way = ways.shift(); way; way = ways.shift()) {
      const [next] = ways
      try {
        this.#history.phase = 'connect'
        this.#history.at = { endpoint: plan.endpoint, address: plan.address, kind: way.kind }
        if (!channel) this.#checkBlock(plan)
        channel ??= await this.#open(plan, bounded)
        return this.#dialed(
          channel,
          await attempt(channel, way, { ...plan, tls }, (phase) => {
            this.#history.phase = phase
          }),
        )
      } catch (thrown) {
        const error = thrown instanceof RefusedLogin ? thrown.refusal : thrown
        if (signal.aborted) {
          channel?.destroy()
          throw signal.reason // whatever the caller gave: it may be no error at all
        }
        this.#history.add(error, plan.endpoint, plan.address, way.kind)
        if (thrown instanceof RefusedLogin) {
          // The server has ended this connection; whoever waits for another secret needs none.
          channel?.destroy()
          channel = undefined
          // Nothing that follows a password refused over TLS goes out in the clear.
          if (way.kind === 'tls' && refusesPassword(thrown.refusal)) ways = ways.filter(({ kind }) => kind === 'tls')
          if (++renewals <= MOST_RENEWALS && (await thrown.ticket.shouldRetry(bounded).catch(() => false))) {
            // The mode's next attempt is for those whom the server refuses whatever they know.
            ways.unshift(way)
            continue
          }
          if (signal.aborted) throw signal.reason
        }
        if (way.kind === 'tls' && tls && !asked && doubtsMaterial(error)) {
          asked = true
          channel?.destroy()
          channel = undefined
          const other = await material?.renewed(tls, bounded).catch(() => undefined)
          if (other) {
            tls = other
            ways.unshift(way)
            continue
          }
          if (signal.aborted) throw signal.reason
        }
        const move = bounded.aborted ? 'next-address' : moveAfter(error, this.#history.phase, next)
        if (move !== 'next-attempt-here') {
          channel?.destroy()
          channel = undefined
        }
        if (move === 'stop') throw this.#history.final()
        if (move === 'next-host' || move === 'next-address') return move
      }
    }
    throw this.#history.final()
  }

  #checkBlock({ endpoint, user }: AttemptPlan): void {
    const { phase } = this.#history
    this.#history.phase = 'authentication'
    checkBlock({ endpoint, user })
    this.#history.phase = phase
  }

  async #open({ endpoint, address }: Pick<AttemptPlan, 'endpoint' | 'address'>, signal: AbortSignal): Promise<Channel> {
    const { keepAlive, requirepeer } = this.#profile
    const target = bare<Target>(
      endpoint.socketPath === undefined
        ? { address, port: endpoint.port, keepAlive }
        : { socketPath: endpoint.socketPath },
    )
    const open = () => this.#network.open(target, signal)
    return endpoint.socketPath !== undefined && requirepeer
      ? await openPeer(endpoint.socketPath, requirepeer, open)
      : await open()
  }

  #dialed(channel: Channel, { replay, messages, start, attestation, retired }: Opened): Dialed {
    return {
      profile: this.#profile,
      socket: channel.release(),
      replay,
      messages,
      attestation: { ...attestation, failedAttempts: this.#history.failures },
      ...(start.backendKey && { backendKey: start.backendKey }),
      ...(retired && { retired }),
    }
  }

  /** libpq parameter `load_balance_hosts`: `random` shuffles hosts once, and the addresses of each host. */
  #ordered<T>(items: readonly T[]): readonly T[] {
    return this.#profile.loadBalanceHosts === 'random' ? shuffled(items) : items
  }
}

/** The endpoint with the host that the secret names, by default localhost, as libpq's is. */
function placed(endpoint: Endpoint, secret: PreparedLogin): Endpoint {
  const { port, fromSecret } = endpoint
  if (!fromSecret) return endpoint
  return bare({ host: secret.host ?? 'localhost', port: (fromSecret.port && secret.port) || port })
}
