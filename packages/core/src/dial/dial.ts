import type { Duplex } from 'node:stream'
import { ConnectError, type FailedAttempt } from '../errors/connect-error.ts'
import type { Profile } from '../profile/profile.ts'
import type { Endpoint } from '../settings/hosts.ts'
import type { Attempt } from '../tls/sslmode.ts'
import { type AttemptPlan, attempt } from './attempt.ts'
import type { Attestation } from './attestation.ts'
import type { Channel, Network, Target } from './channel.ts'
import { abortable, withDeadline } from './deadline.ts'
import { failedAttempt, finalError } from './failure.ts'
import { moveAfter } from './move.ts'
import type { Phase } from './negotiate.ts'
import { network } from './network.ts'
import { checkPeer } from './peer.ts'

/** An authenticated session, ready for queries, for a driver to adopt. */
export interface Dialed {
  /** The socket, paused. */
  readonly socket: Duplex
  /** What the driver has to read first: AuthenticationOk, the parameters, the backend key, ReadyForQuery. */
  readonly replay: Buffer
  readonly attestation: Attestation
  /** What a cancel request needs; absent where the server gave none. */
  readonly backendKey?: { readonly processId: number; readonly secretKey: Buffer }
}

/**
 * Establishes one connection as `profile` says and gives the authenticated socket.
 *
 * Hosts, addresses and the attempts of the mode are tried in libpq's order; everything ends by
 * {@link Profile.deadlineMs}, ten seconds by default, and no socket is left behind by a failure.
 *
 * @param startup Run-time parameters that the driver wants in the startup message; `user` and `database` are the profile's.
 * @param signal Aborts the search at any step; the promise rejects with its reason.
 * @throws {@link ConnectError}, {@link TlsError}, {@link ServerError}, {@link AuthenticationError}, {@link CredentialsError}
 *
 * @example
 * const { profile } = resolveProfile({ settings: { host: 'db.example' } })
 * const { socket, replay, attestation } = await dial(profile)
 * console.log(attestation.tls?.protocol) // TLSv1.3
 * socket.destroy()
 */
export async function dial(
  profile: Profile,
  startup: Readonly<Record<string, string>> = {},
  signal?: AbortSignal,
  through: Network = network,
): Promise<Dialed> {
  const search = new Search(profile, startup, through)
  const late = () => search.late(`within ${profile.deadlineMs / 1000} s in all`)
  // Not everything that is waited for can be stopped: deriving the keys of a password, asking the file system.
  return await withDeadline(profile.deadlineMs, late, signal, (bounded) => abortable(search.run(bounded), bounded))
}

/** One search for a host that takes us, and what happened on the way. */
class Search {
  readonly #profile: Profile
  readonly #startup: Readonly<Record<string, string>>
  readonly #network: Network
  readonly #failures: FailedAttempt[] = []
  #phase: Phase = 'connect'
  #last: unknown

  constructor(profile: Profile, startup: Readonly<Record<string, string>>, through: Network) {
    this.#profile = profile
    this.#startup = startup
    this.#network = through
  }

  async run(signal: AbortSignal): Promise<Dialed> {
    const wanted = this.#profile.targetSessionAttrs
    const roles = wanted === 'prefer-standby' ? (['standby', 'any'] as const) : ([wanted] as const)
    const endpoints = ordered(this.#profile.endpoints, this.#profile)
    for (const role of roles) {
      for (const endpoint of endpoints) {
        const dialed = await this.#host(endpoint, role, signal)
        if (dialed) return dialed
      }
    }
    throw finalError(this.#last, this.#failures)
  }

  late(limit: string): ConnectError {
    const message = `timeout expired: no connection ${limit} (it was in the phase "${this.#phase}")`
    return new ConnectError('ETIMEDOUT', message, [...this.#failures])
  }

  /** Undefined where the next host may be tried. */
  async #host(endpoint: Endpoint, role: AttemptPlan['role'], signal: AbortSignal): Promise<Dialed | undefined> {
    this.#phase = 'connect'
    const { connectTimeoutMs, attempts } = this.#profile
    const late = () =>
      this.late(`to ${endpoint.host}:${endpoint.port} within connect_timeout, ${connectTimeoutMs / 1000} s`)
    const login = await this.#profile.login(endpoint, signal)
    let addresses: readonly string[]
    try {
      addresses = await withDeadline(connectTimeoutMs, late, signal, (bounded) => this.#addresses(endpoint, bounded))
    } catch (error) {
      if (signal.aborted) throw error
      this.#failed(error, endpoint, undefined, attempts[0]?.kind ?? 'plain')
      return undefined
    }
    for (const address of addresses) {
      const plan: AttemptPlan = { profile: this.#profile, endpoint, address, login, role, startup: this.#startup }
      const outcome = await withDeadline(connectTimeoutMs, late, signal, (bounded) =>
        this.#address(plan, bounded, signal),
      )
      if (outcome === 'next-host') return undefined
      if (outcome !== 'next-address') return outcome
    }
    return undefined
  }

  async #addresses({ host, address, socketPath }: Endpoint, signal: AbortSignal): Promise<readonly string[]> {
    if (socketPath !== undefined) return [socketPath]
    return ordered(await this.#network.resolve(address ?? host, signal), this.#profile)
  }

  /** Goes through the attempts of the mode at one address. */
  async #address(
    plan: AttemptPlan,
    bounded: AbortSignal,
    signal: AbortSignal,
  ): Promise<Dialed | 'next-host' | 'next-address'> {
    const ways: readonly Attempt[] =
      plan.endpoint.socketPath === undefined ? this.#profile.attempts : [{ kind: 'plain' }]
    let channel: Channel | undefined
    for (const [index, way] of ways.entries()) {
      const next = ways[index + 1]
      try {
        this.#phase = 'connect'
        channel ??= await this.#open(plan, bounded)
        return this.#dialed(
          channel,
          await attempt(channel, way, plan, (phase) => {
            this.#phase = phase
          }),
        )
      } catch (error) {
        if (signal.aborted) {
          channel?.destroy()
          throw signal.reason // whatever the caller gave: it may be no error at all
        }
        const move = bounded.aborted ? 'next-address' : moveAfter(error, this.#phase, next)
        this.#failed(error, plan.endpoint, plan.address, way.kind)
        if (move !== 'next-attempt-here') {
          channel?.destroy()
          channel = undefined
        }
        if (move === 'stop') throw finalError(error, this.#failures)
        if (move === 'next-host' || move === 'next-address') return move
      }
    }
    throw finalError(this.#last, this.#failures)
  }

  async #open({ endpoint, address }: AttemptPlan, signal: AbortSignal): Promise<Channel> {
    const { keepAlive, requirepeer } = this.#profile
    if (endpoint.socketPath !== undefined && requirepeer) await checkPeer(endpoint.socketPath, requirepeer)
    const target: Target =
      endpoint.socketPath === undefined
        ? { address, port: endpoint.port, keepAlive }
        : { socketPath: endpoint.socketPath }
    return await this.#network.open(target, signal)
  }

  #dialed(channel: Channel, { stream, start, attestation }: Awaited<ReturnType<typeof attempt>>): Dialed {
    return {
      socket: channel.release(),
      replay: stream.unread.length ? Buffer.concat([start.replay, stream.unread]) : start.replay,
      attestation: { ...attestation, failedAttempts: this.#failures },
      ...(start.backendKey && { backendKey: start.backendKey }),
    }
  }

  #failed(error: unknown, endpoint: Endpoint, address: string | undefined, kind: Attempt['kind']): void {
    this.#last = error
    this.#failures.push(failedAttempt(error, endpoint, address, kind))
  }
}

/** libpq parameter `load_balance_hosts`: `random` shuffles hosts once, and the addresses of each host. */
function ordered<T>(items: readonly T[], { loadBalanceHosts }: Profile): readonly T[] {
  if (loadBalanceHosts === 'disable' || items.length < 2) return items
  const shuffled = [...items]
  for (let last = shuffled.length - 1; last > 0; last--) {
    const other = Math.floor(Math.random() * (last + 1))
    ;[shuffled[last], shuffled[other]] = [shuffled[other] as T, shuffled[last] as T]
  }
  return shuffled
}
