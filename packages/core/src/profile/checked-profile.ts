import { wrongArgument } from '../errors/argument.ts'
import { isText } from '../sources/option-value.ts'
import { kindOf } from '../text/record.ts'
import type { Profile } from './profile.ts'

/**
 * Returns the argument of a public function if it is a profile.
 *
 * @throws {@link ConfigurationError} `CONFIGURATION` if it is something else, such as settings, options or the result of
 *   resolveProfile().
 */
export function checkedProfile(given: unknown, call: string, name = 'profile'): Profile {
  if (isProfile(given)) return given
  throw wrongArgument(call, name, `must be a profile, ${described(given)}`)
}

/** {@link checkedProfile} for a list of profiles. */
export function checkedProfiles(given: unknown, call: string, name: string): readonly Profile[] {
  if (!Array.isArray(given)) throw wrongArgument(call, name, `must be a list of profiles, not ${kindOf(given)}`)
  return given.map((one, index) => checkedProfile(one, call, `${name}[${index}]`))
}

export function isProfile(value: unknown): value is Profile {
  if (typeof value !== 'object' || value === null) return false
  const { endpoints, attempts, logins } = value as Partial<Profile>
  return Array.isArray(endpoints) && Array.isArray(attempts) && typeof logins === 'object' && logins !== null
}

function described(value: unknown): string {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return isText(value)
      ? 'not a string; give resolveProfile({ settings: { url } }).profile'
      : `not ${kindOf(value)}; give resolveProfile().profile`
  }
  const { profile, then } = value as { profile?: unknown; then?: unknown }
  if (isProfile(profile)) return 'not what resolveProfile() gives; give its profile'
  if (typeof then === 'function') return 'not a promise; await it first'
  return 'not settings or options; give resolveProfile({ settings, options }).profile'
}
