import { type Endpoint, locate } from '../addresses/endpoint.ts'
import type { Login } from '../auth/authenticate.ts'
import type { LoginTicket } from './login-ticket.ts'
import type { Logins, PreparedLogin } from './logins.ts'

/** Credentials that never change while the application runs: no login waits for another, none is tried again. */
export class FixedLogins implements Logins {
  readonly #login: () => Login

  /** @param login Returns the credentials; called for each connection, because the user may come from a file. */
  constructor(login: () => Login) {
    this.#login = login
  }

  async prepare(endpoint: Endpoint): Promise<PreparedLogin> {
    return { user: this.#login().user, endpoint: locate(endpoint, {}) }
  }

  async enter(): Promise<LoginTicket> {
    return fixedTicket(this.#login())
  }
}

/** A ticket for credentials that no other can replace. */
export function fixedTicket(login: Login): LoginTicket {
  return {
    login,
    database: undefined,
    retired: undefined,
    accepted() {},
    rejected() {},
    done() {},
    shouldRetry: async () => false,
  }
}
