import { ServerError } from '../errors/server-error.ts'
import { KNOWN_LOGIN_ERRORS, type KnownLoginError } from './known-login-errors.ts'

/** True if the server rejected the credentials, rather than the connection or the client's address. */
export function isLoginRejection(error: unknown): error is ServerError {
  if (!(error instanceof ServerError)) return false
  const known = knownError(error)
  if (known) return known.means === 'secret'
  // pg_hba.conf has no line for the client, or one that rejects it: no other password helps. Poolers send no routine.
  if (error.code === '28000') {
    return error.fields.routine !== 'ClientAuthentication' && !error.message.includes('pg_hba.conf')
  }
  return error.code === '28P01'
}

/** True if the server rejected the password itself, which must not be sent again with less protection. */
export function isPasswordRejection(error: unknown): boolean {
  return error instanceof ServerError && error.code !== '28000' && isLoginRejection(error)
}

/** Time for which the server blocks further logins, in milliseconds; undefined if the error does not announce a block. */
export function blockedMs(error: unknown): number | undefined {
  return error instanceof ServerError ? knownError(error)?.blockedMs : undefined
}

/** Most characters of a pooler's message; a longer one is not searched. */
const LONGEST = 1000

function knownError({ code, message }: ServerError): KnownLoginError | undefined {
  if (message.length > LONGEST) return undefined
  return KNOWN_LOGIN_ERRORS.find(({ codes, text }) => (codes?.includes(code) ?? true) && text.test(message))
}
