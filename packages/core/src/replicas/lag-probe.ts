import { askSession } from '../checks/ask-session.ts'
import type { Network } from '../dial/channel.ts'
import { dialInOrder } from '../dial/dial.ts'
import type { Dialed } from '../dial/dialed.ts'
import type { EndpointState } from '../endpoints/endpoint-state.ts'
import { endpointsOf } from '../endpoints/endpoints.ts'
import type { Profile } from '../profile/profile.ts'
import { positionOf } from './lag-scale.ts'

/** The position that a server has replayed, or the flushed one of a primary. */
const POSITION = `select case when pg_catalog.pg_is_in_recovery() then pg_catalog.pg_last_wal_replay_lsn()
  else pg_catalog.pg_current_wal_flush_lsn() end`

/** A session that asks one server for its position, made when it is first asked, and again when it is lost. */
export class LagProbe {
  readonly #server: Profile
  readonly #network: Network
  readonly #signal: AbortSignal
  #dialed: Dialed | undefined

  /**
   * @param limitMs Longest time for one answer.
   * @param signal Ends the session.
   */
  constructor(server: Profile, limitMs: number, network: Network, signal: AbortSignal) {
    this.#server = { ...server, failoverTimeoutMs: 0, deadlineMs: Math.min(server.deadlineMs, limitMs) }
    this.#network = network
    this.#signal = signal
  }

  /**
   * Resolves to the position of the server.
   *
   * @throws the errors of a connection; {@link ServerError} if the server has no such positions; the signal's reason.
   */
  async position(): Promise<bigint> {
    this.#dialed ??= await this.#dial()
    try {
      const position = positionOf(await askSession(this.#dialed, POSITION, this.#signal))
      if (position === undefined) throw new Error('the server tells no position in its log')
      return position
    } catch (error) {
      this.#dialed?.socket.destroy()
      this.#dialed = undefined
      throw error
    }
  }

  /** The state of the server, while there is a session to it. */
  get state(): EndpointState | undefined {
    if (!this.#dialed) return undefined
    const { host, port, address } = this.#dialed.attestation
    return endpointsOf(this.#network).at({ host, port }, address)
  }

  async #dial(): Promise<Dialed> {
    const profiles = [this.#server]
    const dialed = await dialInOrder({ profiles, order: () => profiles }, {}, this.#signal, this.#network)
    const { socket } = dialed
    const end = () => socket.destroy()
    if (this.#signal.aborted) end()
    this.#signal.addEventListener('abort', end, { once: true })
    socket.once('close', () => this.#signal.removeEventListener('abort', end)).on('error', () => {})
    // It keeps no process alive.
    if ('unref' in socket) (socket as Partial<{ unref(): void }>).unref?.()
    return dialed
  }
}
