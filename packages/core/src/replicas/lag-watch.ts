import type { Network } from '../dial/channel.ts'
import { ServerError } from '../errors/server-error.ts'
import { warnOnce } from '../events/warnings.ts'
import type { Lifetime } from '../profile/lifetime.ts'
import type { Profile } from '../profile/profile.ts'
import type { ReadGroup } from '../profile/read-group.ts'
import { LagProbe } from './lag-probe.ts'
import { LagScale } from './lag-scale.ts'
import { isSame, type ReadSession } from './read-session.ts'

/** Longest time between two looks, in ms; a quarter of the bound if that is less. */
const EVERY_MS = 1000
/** Longest wait of a connection for the first look, in ms. */
const FIRST_LOOK_MS = 2000

/** Longest lag that is told apart, in bounds. */
const SPAN = 2

/** Time without an answer after which nothing is known of a replica's lag, in ms. */
const MEMORY_MS = 5000

/** A replica as it was heard last. */
interface Reached {
  /** Latest time at which the primary had no more than the replica has replayed. */
  readonly reachedAt: number
  readonly heardAt: number
}

/** An answer of a replica. */
interface Seen {
  readonly behindMs: number
  readonly at: number
}

/** The parts of the group that the watch acts on. */
export interface LaggingServers {
  readonly group: ReadGroup
  readonly network: Network
  readonly sessions: ReadonlySet<ReadSession>
}

/**
 * Measures the lag of the replicas while sessions for reading are open, by one session to each replica and one to the primary,
 * and has the sessions at a replica replaced before it is beyond the bound.
 */
export class LagWatch {
  readonly #servers: LaggingServers
  readonly #boundMs: number
  readonly #everyMs: number
  readonly #seen = new Map<Lifetime, Seen>()
  /** The state of each replica that is told, also while no session for reading is open for a moment. */
  readonly #reached = new Map<Lifetime, Reached>()
  #scale: LagScale
  #timer: NodeJS.Timeout | undefined
  #ended = new AbortController()
  #first: Promise<unknown> | undefined

  /** @param boundMs Longest lag of a replica that is read from. */
  constructor(servers: LaggingServers, boundMs: number) {
    this.#servers = servers
    this.#boundMs = boundMs
    this.#everyMs = Math.min(EVERY_MS, boundMs / 4)
    this.#scale = new LagScale(SPAN * boundMs)
  }

  /** Begins, unless it has; resolves when every server has answered once or cannot, after two seconds at most. */
  async begin(): Promise<void> {
    this.#first ??= this.#begin()
    await this.#first
  }

  /** Ends it, and its sessions. */
  end(): void {
    clearInterval(this.#timer)
    this.#first = undefined
    this.#seen.clear()
    this.#scale = new LagScale(SPAN * this.#boundMs)
    this.#ended.abort(new Error('no session for reading is open any more'))
  }

  /** True if what the replica shows is younger than the bound, and stays so until the next look. */
  isWithin({ lifetime }: Profile): boolean {
    const seen = this.#seen.get(lifetime)
    if (!seen) return false
    return seen.behindMs + (performance.now() - seen.at) + this.#everyMs <= this.#boundMs
  }

  async #begin(): Promise<void> {
    this.#ended = new AbortController()
    const { signal } = this.#ended
    const { group, network } = this.#servers
    const probeOf = (server: Profile) => new LagProbe(server, Math.max(this.#boundMs, EVERY_MS), network, signal)
    const primary = once(probeOf(group.primary), (position, at) => !signal.aborted && this.#scale.note(position, at))
    const replicas = group.replicas.map((replica) => {
      const probe = probeOf(replica)
      const heard = (position: bigint, at: number) => {
        if (signal.aborted) return
        const behindMs = this.#scale.behindMs(position)
        this.#seen.set(replica.lifetime, { behindMs, at })
        probe.state?.lags(this.#lagMs(replica.lifetime, behindMs, at))
      }
      return once(probe, heard, (error) => tellUnknown(error, replica))
    })
    // First the primary: a replica that has all of it is not behind.
    const look = () => within(this.#everyMs, primary()).then(() => Promise.all(replicas.map((ask) => ask())))
    this.#timer = setInterval(() => {
      void within(this.#everyMs / 2, look()).then(() => this.#leave(signal))
    }, this.#everyMs).unref()
    await within(FIRST_LOOK_MS, look())
  }

  /** Returns the lag of a replica; beyond the samples, the time since it was within them. */
  #lagMs(replica: Lifetime, behindMs: number, at: number): number {
    const before = this.#reached.get(replica)
    const known = before && at - before.heardAt <= MEMORY_MS ? before.reachedAt : at - SPAN * this.#boundMs
    const reachedAt = Number.isFinite(behindMs) ? at - behindMs : known
    this.#reached.set(replica, { reachedAt, heardAt: at })
    return at - reachedAt
  }

  /** A replica that does not answer is left as one that is behind. */
  #leave(ended: AbortSignal): void {
    if (ended.aborted) return
    for (const session of this.#servers.sessions) {
      const { server, replace } = session
      const isReplica = this.#servers.group.replicas.some((one) => isSame(one, server))
      if (isReplica && !this.isWithin(server)) replace('the replica lags behind the primary for longer than maxLagMs')
    }
  }
}

/** Returns a question that is asked once at a time; it never rejects. */
function once(
  probe: LagProbe,
  heard: (position: bigint, at: number) => unknown,
  failed: (error: unknown) => void = () => {},
): () => Promise<void> {
  let asking: Promise<void> | undefined
  return async () => {
    asking ??= ask().finally(() => {
      asking = undefined
    })
    await asking
  }

  async function ask(): Promise<void> {
    const at = performance.now()
    try {
      heard(await probe.position(), at)
    } catch (error) {
      failed(error)
    }
  }
}

/** Resolves with the work, or when the time is over. */
async function within(milliseconds: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const over = new Promise((resolve) => {
    timer = setTimeout(resolve, milliseconds).unref()
  })
  await Promise.race([work, over])
  clearTimeout(timer)
}

function tellUnknown(error: unknown, replica: Profile): void {
  if (!(error instanceof ServerError)) return
  const [endpoint] = replica.endpoints
  const name = endpoint && endpoint.kind !== 'in-secret' ? `${endpoint.host}:${endpoint.port}` : 'a replica'
  const message = `the lag of ${name} cannot be read, so with maxLagMs it gets no reads: ${error.message}; leave maxLagMs out for a server without positions in its log, such as Aurora`
  warnOnce('VERIFULL_REPLICA', message, replica)
}
