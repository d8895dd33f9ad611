import { VerifullError } from '../errors/verifull-error.ts'
import type { Profile } from '../profile/profile.ts'

/** Codes of refusals that a policy decides whatever the mode. */
const BY_POLICY = ['POLICY', 'AUTH_EXPOSED']
/** Codes of refusals that the mode decides. */
const BY_MODE = ['TLS_NOT_OFFERED', 'TLS_ISSUER', 'TLS_NAME', 'TLS_EXPIRED', 'TLS_REVOKED', 'TLS_WEAK']

/** Gives the error, with a line that says why production holds where no policy was named and another would connect. */
export function withPolicyNote(error: unknown, { unnamedPolicy, sslmode }: Profile): unknown {
  if (unnamedPolicy === undefined || !VerifullError.isInstance(error)) return error
  const modeIsOurs = /^default of policy|, raised by policy /.test(sslmode.source)
  if (BY_POLICY.includes(error.code) || (modeIsOurs && BY_MODE.includes(error.code))) {
    error.addNote(unnamedPolicy)
  }
  return error
}
