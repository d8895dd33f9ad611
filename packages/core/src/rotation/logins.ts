import type { Address, Endpoint, KnownEndpoint } from '../addresses/endpoint.ts'
import type { LoginTicket } from './login-ticket.ts'

/** One address of a server, as a connection logs in there. */
export interface ServerAddress extends Address {
  /** A server may ask for other credentials over TLS than without: `hostssl` and `hostnossl` in pg_hba.conf. */
  readonly kind: 'plain' | 'tls'
}

/** Credentials without the password, known before a socket is opened. */
export interface PreparedLogin {
  readonly user: string
  /** The server that was asked for, with the host that the secret names if none is configured. */
  readonly endpoint: KnownEndpoint
}

/** The only source of credentials for the connections of one profile. */
export interface Logins {
  /**
   * Fetches the credentials that connections to `endpoint` log in with, before a socket is opened.
   *
   * @throws {@link CredentialsError} when there are none.
   */
  prepare(endpoint: Endpoint, signal: AbortSignal): Promise<PreparedLogin>
  /**
   * Waits until the connection may log in at `server`.
   *
   * @throws {@link ServerError} the rejection of earlier logins, when no replacement was found for their credentials.
   */
  enter(server: ServerAddress, signal: AbortSignal): Promise<LoginTicket>
}
