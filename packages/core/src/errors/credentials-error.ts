import { VerifullError } from './verifull-error.ts'

/** What went wrong with the credentials. */
export type CredentialsCheck =
  /** the server asks for a password and none is configured */
  | 'CREDENTIALS_MISSING'
  /** the provider threw */
  | 'CREDENTIALS_PROVIDER'
  /** the provider gave something that is not a set of credentials */
  | 'CREDENTIALS_INVALID'

/**
 * No usable credentials could be had.
 *
 * `retryable` tells whether asking again may help (a store that is down) or not (a setting that is wrong).
 */
export class CredentialsError extends VerifullError {
  readonly code: CredentialsCheck
  readonly retryable: boolean

  constructor(code: CredentialsCheck, message: string, retryable: boolean, cause?: unknown) {
    super(message, cause)
    this.code = code
    this.retryable = retryable
  }
}
