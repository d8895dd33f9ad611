import { setMaxListeners } from 'node:events'
import type { Login } from '../auth/authenticate.ts'
import type { Credentials } from './credentials.ts'

/** One secret in its time, with the connections that were opened with it. */
export class Generation {
  /** Counts from 1 in each profile. */
  readonly number: number
  readonly credentials: Credentials
  readonly login: Login
  /** Aborts when connections of this generation are to be replaced: an idle one at once, a busy one when it is given back. */
  readonly retired: AbortSignal
  readonly #superseded = new AbortController()

  constructor(number: number, credentials: Credentials, login: Login) {
    this.number = number
    this.credentials = credentials
    this.login = login
    const own = this.#superseded.signal
    this.retired = credentials.retired ? AbortSignal.any([own, credentials.retired]) : own
    // Every connection of a pool listens.
    setMaxListeners(0, this.retired)
  }

  /** A store's version names the secret; a token that is made anew each time is the same secret in the same version. */
  isSameSecret({ credentials }: Generation): boolean {
    const { user, version } = this.credentials
    return version !== undefined && version === credentials.version && user === credentials.user
  }

  retire(): void {
    this.#superseded.abort()
  }
}
