import { publish } from '../events/publish.ts'
import type { NameHistory } from './name-history.ts'

/** Pause between look-ups of a name, in ms. */
const PAUSE_MS = 5_000
/** Look-ups in the time after which a name counts as moved, once an answer lacks the address of an open session. */
const LOOKS = 5
/** Limit of one look-up, and of one connection to the new address, in ms. */
const LIMIT_MS = 5_000

/** An open session to one address of a name. */
export interface NamedSession {
  /** The name that was looked up. */
  readonly name: string
  readonly address: string
  readonly port: number
}

/** Resolves names and opens connections, as far as the watch needs it. */
export interface Lookup {
  resolve(name: string, signal: AbortSignal): Promise<unknown>
  /** Resolves if something accepts connections at the address. */
  knock(address: string, port: number, signal: AbortSignal): Promise<void>
}

interface Watched extends NamedSession {
  readonly onMoved: () => void
}

/** Most addresses of a name that are knocked at. */
const MOST_KNOCKS = 3

/**
 * Finds the open sessions whose name leads elsewhere by now, and tells them.
 *
 * While there are open sessions a timer looks their names up every five seconds, unless a new connection has just done so; it
 * keeps no process alive. A look-up that fails changes nothing, and neither does an answer whose addresses accept no
 * connection.
 */
export class NameWatch {
  readonly #historyOf: (name: string) => NameHistory
  /** The sessions by name and port. */
  readonly #open = new Map<string, Set<Watched>>()
  #timer: NodeJS.Timeout | undefined

  /** @param historyOf Returns the answers for a name so far; {@link Lookup.resolve} adds to them. */
  constructor(historyOf: (name: string) => NameHistory) {
    this.#historyOf = historyOf
  }

  /**
   * Watches the name of a session until the returned function is called.
   *
   * @param onMoved Called once, when the name does not lead to the session's address any more.
   */
  watch(session: NamedSession, lookup: Lookup, onMoved: () => void): () => void {
    const key = `${session.name}:${session.port}`
    const sessions = this.#open.get(key) ?? new Set()
    this.#open.set(key, sessions)
    const watched: Watched = { ...session, onMoved }
    sessions.add(watched)
    this.#timer ??= this.#later(lookup, PAUSE_MS)
    return () => {
      sessions.delete(watched)
      if (sessions.size === 0) this.#open.delete(key)
      if (this.#open.size > 0) return
      clearTimeout(this.#timer)
      this.#timer = undefined
    }
  }

  #later(lookup: Lookup, milliseconds: number): NodeJS.Timeout {
    return setTimeout(() => void this.#round(lookup), milliseconds).unref()
  }

  async #round(lookup: Lookup): Promise<void> {
    const round = this.#timer
    for (const sessions of [...this.#open.values()]) await this.#look([...sessions], lookup)
    // Another timer runs if all sessions have ended meanwhile, and new ones begun.
    if (this.#timer !== round) return
    const pauses = [...this.#open.values()].map((sessions) => this.#pauseMs([...sessions]))
    this.#timer = pauses.length > 0 ? this.#later(lookup, Math.min(...pauses)) : undefined
  }

  async #look(sessions: readonly Watched[], lookup: Lookup): Promise<void> {
    const [first] = sessions
    if (!first) return
    const { name, port } = first
    const history = this.#historyOf(name)
    const isRecent = performance.now() - history.lookedUpAt < this.#pauseMs(sessions) / 2
    if (!isRecent && !(await succeeds(lookup.resolve(name, AbortSignal.timeout(LIMIT_MS))))) return
    const moved = sessions.filter(({ address }) => history.isGone(address, performance.now()))
    if (moved.length === 0) return
    const signal = AbortSignal.timeout(LIMIT_MS)
    const knocks = history.current.slice(0, MOST_KNOCKS).map((address) => lookup.knock(address, port, signal))
    if (!(await succeeds(Promise.any(knocks)))) return
    const left = [...new Set(moved.map(({ address }) => address))]
    const endpoint = { host: name, port }
    publish('verifull:endpoint', { endpoint, kind: 'addresses', addresses: [...history.current], left })
    const open = this.#open.get(`${name}:${port}`)
    for (const session of moved) if (open?.delete(session)) session.onMoved()
  }

  #pauseMs(sessions: readonly Watched[]): number {
    const [first] = sessions
    if (!first) return PAUSE_MS
    const history = this.#historyOf(first.name)
    if (sessions.every(({ address }) => history.current.includes(address))) return PAUSE_MS
    return Math.min(PAUSE_MS, history.steadyMs(performance.now()) / LOOKS)
  }
}

async function succeeds(work: Promise<unknown>): Promise<boolean> {
  return await work.then(
    () => true,
    () => false,
  )
}
