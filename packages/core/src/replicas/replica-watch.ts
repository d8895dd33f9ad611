import type { Network } from '../dial/channel.ts'
import { dialInOrder } from '../dial/dial.ts'
import type { Profile } from '../profile/profile.ts'
import type { ReadGroup } from '../profile/read-group.ts'
import { terminate } from '../wire/frontend-messages.ts'
import { isSame, type ReadSession } from './read-session.ts'

/** Time between two looks at the replicas, in ms. */
const EVERY_MS = 1000
/** Share of the sessions at a wrong server that are replaced at once: a replica that is back is not stormed. */
const SHARE = 0.25

/** The servers that are watched. */
export interface WatchedServers {
  readonly group: ReadGroup
  readonly network: Network
  readonly sessions: ReadonlySet<ReadSession>
  isAway(replica: Profile): boolean
  isUsable(replica: Profile): boolean
  accepted(replica: Profile): void
}

/**
 * Looks at the replicas while sessions for reading are open: one that is away is tried each second, so that no read has to,
 * and sessions that belong to one that is back are replaced. Its timer keeps no process alive.
 */
export class ReplicaWatch {
  readonly #servers: WatchedServers
  #timer: NodeJS.Timeout | undefined
  #ended = new AbortController()
  readonly #tried = new Set<Profile>()
  #usable: readonly Profile[] = []

  constructor(servers: WatchedServers) {
    this.#servers = servers
  }

  /** Begins, unless it has. */
  begin(): void {
    if (this.#timer) return
    this.#ended = new AbortController()
    this.#usable = this.#usableNow()
    this.#timer = setInterval(() => this.#look(), EVERY_MS).unref()
  }

  /** Ends it, and the connection that is being tried. */
  end(): void {
    clearInterval(this.#timer)
    this.#timer = undefined
    this.#ended.abort(new Error('no session for reading is open any more'))
  }

  #usableNow(): readonly Profile[] {
    return this.#servers.group.replicas.filter((one) => this.#servers.isUsable(one))
  }

  #look(): void {
    for (const replica of this.#servers.group.replicas) {
      if (this.#servers.isAway(replica)) void this.#try(replica)
    }
    const usable = this.#usableNow()
    const isBack = usable.some((one) => !this.#usable.includes(one))
    this.#usable = usable
    if (usable.length > 0) this.#leadBack(usable, isBack)
  }

  async #try(replica: Profile): Promise<void> {
    const { lifetime } = replica
    if (this.#tried.has(replica) || lifetime.closing.aborted) return
    this.#tried.add(replica)
    try {
      const choice = { profiles: [{ ...replica, failoverTimeoutMs: 0 }], order: () => choice.profiles }
      const { socket } = await dialInOrder(choice, {}, this.#ended.signal, this.#servers.network)
      this.#servers.accepted(replica)
      socket.on('error', () => {}).end(terminate())
      socket.on('end', () => socket.destroy()).resume()
    } catch {
      // Its state has the failure.
    } finally {
      this.#tried.delete(replica)
    }
  }

  #leadBack(usable: readonly Profile[], isBack: boolean): void {
    const misplaced = this.#misplaced(usable, isBack)
    const now = misplaced.slice(0, Math.ceil(misplaced.length * SHARE))
    for (const session of now) session.replace('a replica is back')
  }

  /** The sessions at the primary, at another replica than theirs, and, where a replica is back, those above its fair share. */
  #misplaced(usable: readonly Profile[], isBack: boolean): readonly ReadSession[] {
    const sessions = [...this.#servers.sessions]
    const has = (servers: readonly Profile[], one: Profile) => servers.some((other) => isSame(one, other))
    const misplaced = sessions.filter(
      ({ server, wanted }) =>
        !has(this.#servers.group.replicas, server) || (!has(wanted, server) && wanted.some((one) => has(usable, one))),
    )
    if (!isBack) return misplaced
    const fair = Math.ceil(sessions.length / usable.length)
    const above = usable.flatMap((one) =>
      sessions.filter(({ server, wanted }) => isSame(server, one) && wanted.length > 1).slice(fair),
    )
    return [...new Set([...misplaced, ...above])]
  }
}
