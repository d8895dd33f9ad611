import { setMaxListeners } from 'node:events'
import type { Login } from '../auth/authenticate.ts'
import { LONGEST_TIMER_MS } from '../longest-timer.ts'
import type { Credentials } from './credentials.ts'

/** One secret in its time, with the connections that were opened with it. */
export class Generation {
  /** Counts from 1 in each profile. */
  readonly number: number
  readonly credentials: Credentials
  readonly login: Login
  readonly #retired = new AbortController()

  constructor(number: number, credentials: Credentials, login: Login) {
    this.number = number
    this.credentials = credentials
    this.login = login
    // Every connection of a pool listens.
    setMaxListeners(0, this.retired)
    this.#retireAhead(credentials.sessionsEndAt)
  }

  /** Aborts when connections of this generation are to be replaced: an idle one at once, a busy one when it is given back. */
  get retired(): AbortSignal {
    return this.#retired.signal
  }

  /** A store's version names the secret; a token that is made anew each time is the same secret in the same version. */
  isSameSecret({ credentials }: Generation): boolean {
    const { user, version } = this.credentials
    return version !== undefined && version === credentials.version && user === credentials.user
  }

  retire(): void {
    this.#retired.abort()
  }

  /** A tenth of the lease is left for statements to end in, a minute at most. */
  #retireAhead(end: Date | undefined): void {
    if (!end) return
    const left = end.getTime() - Date.now()
    const wait = Math.max(0, left - Math.min(60_000, left * 0.1))
    setTimeout(() => this.retire(), Math.min(wait, LONGEST_TIMER_MS)).unref()
  }
}
