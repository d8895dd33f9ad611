import { VerifullError } from './verifull-error.ts'

/** What went wrong with the credentials. */
export type CredentialsCheck =
  /** the server asks for a password and none is configured */
  | 'CREDENTIALS_MISSING'
  /** the provider threw */
  | 'CREDENTIALS_PROVIDER'
  /** what was given is not a set of credentials */
  | 'CREDENTIALS_INVALID'
  /** the server refuses all that the provider gives; the cause of the server's own error */
  | 'CREDENTIALS_REFUSED'
  /** the store has no such secret */
  | 'CREDENTIALS_NOT_FOUND'
  /** the store does not let us read it, or does not know us */
  | 'CREDENTIALS_DENIED'
  /** the store cannot be reached, or is throttling, sealed or failing */
  | 'CREDENTIALS_UNAVAILABLE'
  /** the package that speaks to the store is not installed */
  | 'CREDENTIALS_PACKAGE'

/** Where a secret is kept. */
export interface SecretLocation {
  /** `AWS Secrets Manager`, `Vault` … */
  readonly store: string
  /** The secret's name in it, never its content. */
  readonly secret: string
}

/**
 * No usable credentials could be had.
 *
 * `retryable` tells whether asking again may help (a store that is down) or not (a setting that is wrong).
 */
export class CredentialsError extends VerifullError {
  declare readonly code: CredentialsCheck
  readonly retryable: boolean
  /** The store and the secret's name, where a store was asked. */
  readonly place: SecretLocation | undefined

  constructor(code: CredentialsCheck, message: string, retryable: boolean, cause?: unknown, place?: SecretLocation) {
    super('CredentialsError', code, message, cause)
    this.retryable = retryable
    this.place = place
  }
}
