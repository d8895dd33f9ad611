import { VerifullError } from './verifull-error.ts'

/** One attempt to establish a connection, and its outcome. */
export interface FailedAttempt {
  /** Name of the host, or path of the socket, as configured. */
  readonly host: string
  /** IP address that was dialed; absent if the attempt ended before. */
  readonly address?: string
  /** Port as configured. */
  readonly port: number
  /** `tls` if the attempt encrypts, `plain` if not. */
  readonly attempt: 'plain' | 'tls'
  /** Code of the failure: a SQLSTATE, an errno name such as `ECONNREFUSED`, or a code of Verifull. */
  readonly code: string
  /** The failure in words. */
  readonly reason: string
}

/**
 * No configured host could be connected to; every attempt is listed.
 *
 * `code` is the code of the last attempt's failure, so that `ECONNREFUSED`, `ENOTFOUND` and `ETIMEDOUT` keep their
 * meaning.
 * Codes of Verifull: `ETIMEDOUT` for a deadline, `ECONNRESET` for a connection that ended early, `PROTOCOL` for bytes
 * that are no PostgreSQL message, `SERVER_FAILURE` for an error message in answer to the request for TLS, `WRONG_ROLE` for a host in another role than `target_session_attrs` demands,
 * `CIRCUIT_OPEN` for a server that was not tried because it had just failed and another connection tried it,
 * `NO_ANSWER` for a session that was given up while a statement ran, which may have been executed or not,
 * `WRONG_PEER` for a Unix-domain socket of another user than `requirepeer` names, and `CLOSED` for a connection that is
 * asked for, or being made, when its configuration is closed.
 */
export class ConnectError extends VerifullError {
  /** All attempts, in order. */
  readonly attempts: readonly FailedAttempt[]

  constructor(code: string, message: string, attempts: readonly FailedAttempt[] = [], cause?: unknown) {
    super('ConnectError', code, message, cause)
    this.attempts = attempts
  }
}

/** The error of a connection by a configuration that was closed. */
export function closedError(): ConnectError {
  return new ConnectError(
    'CLOSED',
    'the configuration of this connection was closed by close(); end the pool before that, and make a new configuration with secureConfig() to connect again',
  )
}
