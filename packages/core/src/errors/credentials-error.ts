import { VerifullError } from './verifull-error.ts'

/** The reason that there are no usable credentials, as the code of {@link CredentialsError}. */
export type CredentialsCheck =
  /** the server asks for a password and none is configured */
  | 'CREDENTIALS_MISSING'
  /** the provider threw */
  | 'CREDENTIALS_PROVIDER'
  /** the provider's answer is not a set of credentials */
  | 'CREDENTIALS_INVALID'
  /** the server rejects everything that the provider gives; this is the cause of the server's own error */
  | 'CREDENTIALS_REFUSED'
  /** the store has no such secret */
  | 'CREDENTIALS_NOT_FOUND'
  /** the store denies access, or does not know the client */
  | 'CREDENTIALS_DENIED'
  /** the store cannot be reached, or is throttling, sealed or failing */
  | 'CREDENTIALS_UNAVAILABLE'
  /** the package that speaks to the store is not installed */
  | 'CREDENTIALS_PACKAGE'

/** The place of a secret. */
export interface SecretLocation {
  /** The store, such as `AWS Secrets Manager` or `Vault`. */
  readonly store: string
  /** The secret's name in the store, never its content. */
  readonly secret: string
}

/**
 * There are no usable credentials.
 *
 * `code` names the reason, see {@link CredentialsCheck}. `retryable` is true if a later call may succeed, as with a
 * store that is down, and false for a setting that is wrong.
 */
export class CredentialsError extends VerifullError {
  /** The reason. */
  declare readonly code: CredentialsCheck
  /** True if a later call may succeed without a change of the settings. */
  readonly retryable: boolean
  /** The store and the secret's name, if a store was called. */
  readonly place: SecretLocation | undefined

  constructor(code: CredentialsCheck, message: string, retryable: boolean, cause?: unknown, place?: SecretLocation) {
    super('CredentialsError', code, message, cause)
    this.retryable = retryable
    this.place = place
  }
}
