import { type Problem, problemWith } from '../errors/finding.ts'
import { didYouMean } from '../text/did-you-mean.ts'
import { quote } from '../text/quote.ts'
import type { Sourced } from '../text/sourced.ts'

/** An authentication method, as `require_auth` names it. */
export type AuthenticationMethod = 'password' | 'md5' | 'gss' | 'sspi' | 'scram-sha-256' | 'oauth' | 'none'

const METHODS: readonly AuthenticationMethod[] = ['password', 'md5', 'gss', 'sspi', 'scram-sha-256', 'oauth', 'none']

/** The authentication methods that the server may ask for (libpq parameter `require_auth`). */
export interface RequiredAuthentication {
  readonly allowed: ReadonlySet<AuthenticationMethod>
  /** As written, with its source, for messages. */
  readonly origin: Sourced
}

/**
 * Reads `require_auth`: a list of allowed methods, or a list of forbidden ones (`!password,!md5`).
 *
 * Returns a {@link Problem} for unknown or repeated methods and for a list that mixes both kinds, as libpq does.
 */
export function parseRequireAuth(origin: Sourced): RequiredAuthentication | Problem {
  const words = origin.value.split(',').map((word) => word.trim())
  const names = words.map((word) => word.replace(/^!/, ''))
  const unknown = names.find((name) => !METHODS.includes(name as AuthenticationMethod))
  if (unknown !== undefined) {
    const meant = unknown.toLowerCase().startsWith('scram') ? 'scram-sha-256' : didYouMean(unknown, METHODS)
    const advice = meant ? `did you mean ${meant}?` : `use one or more of ${METHODS.join(', ')}`
    return invalid(origin, `unknown method ${quote(unknown)}; ${advice}`)
  }
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice !== undefined) return invalid(origin, `method "${twice}" is listed twice; list it once`)
  const negated = words.filter((word) => word.startsWith('!')).length
  if (negated !== 0 && negated !== words.length) {
    return invalid(origin, 'allowed and forbidden (!) methods cannot be mixed; list either kind')
  }
  const listed = new Set(names as AuthenticationMethod[])
  return { allowed: negated ? new Set(METHODS.filter((method) => !listed.has(method))) : listed, origin }
}

function invalid({ value, source }: Sourced, what: string): Problem {
  return problemWith('require_auth', `invalid require_auth value ${quote(value)} (from ${source}): ${what}`)
}
