import { VerifullError } from './verifull-error.ts'

/** Why we refused to go on with the authentication that the server asked for. */
export type AuthenticationCheck =
  /** require_auth does not allow what the server asked for, or it asked for nothing */
  | 'AUTH_METHOD'
  /** channel_binding=require cannot be met */
  | 'AUTH_CHANNEL_BINDING'
  /** the password would cross a link that does not protect it */
  | 'AUTH_EXPOSED'
  /** the server's SCRAM messages do not prove that it knows the password, or are malformed */
  | 'AUTH_SERVER'
  /** the server asks for a method that is not supported */
  | 'AUTH_UNSUPPORTED'

/**
 * The client refused to authenticate in the way the server asked for; no password or proof was sent for it.
 *
 * `code` says which rule was broken, see {@link AuthenticationCheck}.
 */
export class AuthenticationError extends VerifullError {
  declare readonly code: AuthenticationCheck

  constructor(code: AuthenticationCheck, message: string, cause?: unknown) {
    super('AuthenticationError', code, message, cause)
  }
}
