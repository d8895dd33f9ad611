import type { Login } from '../auth/authenticate.ts'
import type { ServerError } from '../errors/server-error.ts'

/** Permission for one connection to log in, with the credentials to use and the methods that report the result. */
export interface LoginTicket {
  readonly login: Login
  /** Database that the secret names; undefined if it names none. */
  readonly database: string | undefined
  /** Aborts when the pool should replace the connection; undefined if the credentials cannot change. */
  readonly retired: AbortSignal | undefined
  /** Reports that the server opened a session. */
  accepted(): void
  /** Reports that the server rejected the login, which starts the search for a replacement. */
  rejected(error: ServerError): void
  /** Ends the login, whatever its result, and admits the next connection. Later calls do nothing. */
  done(): void
  /**
   * Resolves when the search for a replacement has ended: true to log in again, false after setting `cause` on the
   * server's error.
   */
  shouldRetry(signal: AbortSignal): Promise<boolean>
}
