import type { Login } from '../auth/authenticate.ts'
import type { Credentials, CredentialsRequest } from '../credentials/credentials.ts'
import type { CacheRequest } from '../credentials/credentials-cache.ts'
import { Secret } from '../text/secret.ts'
import { abortable } from '../time/deadline.ts'

/** Credentials with a user; an empty password is none. */
export type LoginCredentials = Credentials & { readonly user: string }

/** The provider behind a profile: a secret store, a function, a file. */
export interface CredentialsSource {
  /** Name in messages and events: `settings.secrets`, `SECRETS_BACKEND=vault`. */
  readonly name: string
  /** True for a provider that gives each server credentials of its own. */
  readonly perServer: boolean
  /** True to replace the connections of an earlier secret once the server has accepted a newer one. */
  readonly retires: boolean
  /** Aborts when no connection is made any more; undefined where that is never. */
  readonly closing?: AbortSignal
  fetch(request: CacheRequest): Promise<LoginCredentials>
}

/** The latest answer of a source, for one server or for all of them. */
export class CurrentCredentials {
  readonly source: CredentialsSource
  readonly #server: CredentialsRequest['server']
  #requests = 0
  /** Number of the request whose answer is the latest. */
  #answered = 0
  #latest: LoginCredentials | undefined

  /** @param server The server that the source is told; undefined for a source that serves all of them. */
  constructor(source: CredentialsSource, server: CredentialsRequest['server']) {
    this.source = source
    this.#server = server
  }

  /** Answer to the newest request that has been answered; undefined before the first. */
  get latest(): LoginCredentials | undefined {
    return this.#latest
  }

  /**
   * Fetches the credentials for one new connection.
   *
   * @param afresh True to bypass a cache, because the latest credentials were rejected.
   */
  async refresh(signal: AbortSignal, afresh = false): Promise<LoginCredentials> {
    const number = ++this.#requests
    const credentials = await this.#fetch({ signal, ...(afresh && { afresh }) })
    if (number > this.#answered) {
      this.#answered = number
      this.#latest = credentials
    }
    return credentials
  }

  /** Fetches other credentials after the server rejected some; {@link latest} stays, as another server may accept it. */
  async replacement(
    request: Required<Pick<CredentialsRequest, 'rejected' | 'search' | 'signal'>>,
  ): Promise<LoginCredentials> {
    return await this.#fetch(request)
  }

  async #fetch(request: CacheRequest): Promise<LoginCredentials> {
    const server = this.#server && { server: this.#server }
    return await abortable(this.source.fetch({ ...request, ...server }), request.signal)
  }
}

export function loginWith({ user, password, verifiedOnly }: LoginCredentials): Login {
  return { user, ...(password && { password: new Secret(password) }), ...(verifiedOnly && { verifiedOnly }) }
}
