import { locate } from '../../../src/addresses/endpoint.ts'
import type { Login } from '../../../src/auth/authenticate.ts'
import type { LoginTicket } from '../../../src/rotation/login-ticket.ts'
import type { Logins } from '../../../src/rotation/logins.ts'
import { USER } from './canary.ts'
import type { Choices } from './choices.ts'

/** The logins of one run; after each rejected one, the choices decide about a replacement. */
export class Turns {
  taken = 0
  over = 0
  accepted = 0
  readonly refused: string[] = []
  /** Number of replacements. */
  renewed = 0
  readonly #choices: Choices
  readonly #login: () => Login

  constructor(choices: Choices, login: () => Login) {
    this.#choices = choices
    this.#login = login
  }

  asLogins(): Logins {
    const enter = async (): Promise<LoginTicket> => {
      this.taken++
      return {
        login: this.#login(),
        database: undefined,
        retired: new AbortController().signal,
        accepted: () => this.accepted++,
        rejected: ({ code }) => this.refused.push(code),
        done: () => this.over++,
        shouldRetry: async () => {
          const isThere = this.#choices.any([true, false])
          if (isThere) this.renewed++
          return isThere
        },
      }
    }
    return { prepare: async (endpoint) => ({ user: USER, endpoint: locate(endpoint, {}) }), enter }
  }
}
