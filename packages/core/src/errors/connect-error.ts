import { VerifullError } from './verifull-error.ts'

/** One attempt to establish a connection, and how it ended. */
export interface FailedAttempt {
  /** Name of the host as configured. */
  readonly host: string
  /** Address that was dialed, where it got that far. */
  readonly address?: string
  readonly port: number
  readonly attempt: 'plain' | 'tls'
  /** Code of the failure: a SQLSTATE, an errno name, or one of ours. */
  readonly code: string
  readonly reason: string
}

/**
 * No host could be connected to; every attempt is listed.
 *
 * `code` is the code of the last attempt's failure, so `ECONNREFUSED`, `ENOTFOUND` and `ETIMEDOUT` stay what they are.
 * A deadline that ran out has the code `ETIMEDOUT`, a connection that ended in the middle `ECONNRESET`, a server that
 * sends what is no PostgreSQL message `PROTOCOL`, a host in the wrong role
 * `WRONG_ROLE`, and a Unix socket of another user than `requirepeer` names `WRONG_PEER`.
 */
export class ConnectError extends VerifullError {
  readonly attempts: readonly FailedAttempt[]

  constructor(code: string, message: string, attempts: readonly FailedAttempt[] = [], cause?: unknown) {
    super('ConnectError', code, message, cause)
    this.attempts = attempts
  }
}
