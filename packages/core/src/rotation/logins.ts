import type { Endpoint } from '../merge/endpoints.ts'
import type { LoginTicket } from './login-ticket.ts'

/** One server at one address, as a connection logs in there. */
export interface ServerAddress {
  readonly endpoint: Endpoint
  /** The IP address dialed, or the path of the Unix socket. */
  readonly address: string
  /** A server may ask for other credentials over TLS than without: `hostssl` and `hostnossl` in pg_hba.conf. */
  readonly kind: 'plain' | 'tls'
}

/** Credentials without the password, known before a socket is opened. */
export interface PreparedLogin {
  readonly user: string
  /** Host that the secret names; undefined where it names none. */
  readonly host: string | undefined
  /** Port that the secret names; undefined where it names none. */
  readonly port: number | undefined
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
