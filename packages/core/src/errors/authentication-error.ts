import { VerifullError } from './verifull-error.ts'

/** The reason that the client ended the authentication, as the code of {@link AuthenticationError}. */
export type AuthenticationCheck =
  /** require_auth does not allow the method that the server asks for, or the server asks for none */
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
 * The client refused the authentication method that the server asked for; no password or proof was sent for it.
 *
 * `code` names the rule that was broken, see {@link AuthenticationCheck}.
 */
export class AuthenticationError extends VerifullError {
  /** The rule that was broken. */
  declare readonly code: AuthenticationCheck

  constructor(code: AuthenticationCheck, message: string, cause?: unknown) {
    super('AuthenticationError', code, message, cause)
  }
}
