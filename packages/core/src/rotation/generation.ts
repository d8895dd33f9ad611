import { setMaxListeners } from 'node:events'
import { areOfOneVersion, type Credentials } from '../credentials/credentials.ts'
import { Retirement } from '../errors/retirement.ts'

/** The connections opened with one secret version; they are retired together. */
export class Generation {
  readonly #credentials: Credentials
  readonly #retirement = new AbortController()

  constructor(credentials: Credentials) {
    this.#credentials = credentials
    // Every connection of a pool adds a listener.
    setMaxListeners(0, this.retired)
    const { retired } = credentials
    if (retired?.aborted) this.retire()
    else if (retired) this.#retireAt(retired)
  }

  /** Aborts when the pool should replace these connections: an idle one at once, a busy one at release. */
  get retired(): AbortSignal {
    return this.#retirement.signal
  }

  /** True for the same secret version. */
  isOf(credentials: Credentials): boolean {
    return areOfOneVersion(this.#credentials, credentials)
  }

  #retireAt(end: AbortSignal): void {
    // Every login with the secret adds a listener.
    setMaxListeners(0, end)
    end.addEventListener('abort', () => this.retire(), { once: true, signal: this.retired })
  }

  retire(): void {
    this.#retirement.abort(new Retirement('rotated', 'the secret of this connection has been replaced'))
  }
}
