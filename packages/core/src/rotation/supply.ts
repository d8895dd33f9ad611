import type { Login } from '../auth/authenticate.ts'
import type { Credentials, CredentialsRequest } from '../credentials/credentials.ts'
import { Secret } from '../text/secret.ts'
import { abortable } from '../time/deadline.ts'

/** Where the secret of a profile comes from. */
export interface RotatingSource {
  /** What users call it. */
  readonly name: string
  /** True where each server has a secret of its own. */
  readonly perServer: boolean
  /** Whether sessions of an earlier secret are replaced once a newer one has been accepted. */
  readonly retires: boolean
  ask(request: CredentialsRequest): Promise<SuppliedCredentials>
}

/** The answers of a source for one server, or for all: the one that was asked for last counts. */
export class Supply {
  readonly source: RotatingSource
  readonly #server: CredentialsRequest['server']
  #asked = 0
  #answered = 0
  #latest: SuppliedCredentials | undefined

  constructor(source: RotatingSource, server: CredentialsRequest['server']) {
    this.source = source
    this.#server = server
  }

  /** What was given last. */
  get latest(): SuppliedCredentials | undefined {
    return this.#latest
  }

  /** Asks for the secret to use, before a connection is opened for which it is needed. */
  async ready(signal: AbortSignal): Promise<SuppliedCredentials> {
    const number = ++this.#asked
    const credentials = await this.#ask({ signal })
    if (number > this.#answered) {
      this.#answered = number
      this.#latest = credentials
    }
    return credentials
  }

  /** Asks for another one in place of those that the server refused. */
  async replacement(
    request: Required<Pick<CredentialsRequest, 'rejected' | 'search' | 'signal'>>,
  ): Promise<SuppliedCredentials> {
    return await this.#ask(request)
  }

  async #ask(request: CredentialsRequest): Promise<SuppliedCredentials> {
    const server = this.#server && { server: this.#server }
    return await abortable(this.source.ask({ ...request, ...server }), request.signal)
  }
}

/** Credentials that say who logs in; an empty password is none. */
export type SuppliedCredentials = Credentials & { readonly user: string }

export function loginWith({ user, password, verifiedOnly }: SuppliedCredentials): Login {
  return { user, ...(password && { password: new Secret(password) }), ...(verifiedOnly && { verifiedOnly }) }
}
