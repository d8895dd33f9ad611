import { setMaxListeners } from 'node:events'
import { areSame, type Credentials } from '../credentials/credentials.ts'

/** The connections that were opened with one secret, so that they can be replaced when another takes its place. */
export class Generation {
  readonly #credentials: Credentials
  readonly #retirement = new AbortController()

  constructor(credentials: Credentials) {
    this.#credentials = credentials
    // Every connection of a pool listens.
    setMaxListeners(0, this.retired)
    const { retired } = credentials
    if (retired?.aborted) this.retire()
    else retired?.addEventListener('abort', () => this.retire(), { once: true })
  }

  /** Aborts when its connections are to be replaced: an idle one at once, a busy one when it is given back. */
  get retired(): AbortSignal {
    return this.#retirement.signal
  }

  /** A store's version names the secret: a token that is made anew each time is the same secret in the same version. */
  isOf(credentials: Credentials): boolean {
    const { user, version } = this.#credentials
    const sameVersion = version !== undefined && version === credentials.version && user === credentials.user
    return sameVersion || areSame(this.#credentials, credentials)
  }

  retire(): void {
    this.#retirement.abort()
  }
}
