import type { Login } from '../auth/authenticate.ts'
import { Rotations } from '../rotation/rotations.ts'
import { loginWith } from '../rotation/supply.ts'
import type { PasswordJudge } from './password-judge.ts'
import type { Profile } from './profile.ts'
import { rotatingSource, type WhoAndHow } from './rotating-source.ts'
import { noUser, userOf } from './user.ts'

/**
 * Gives the function that a profile asks who logs in, once for each connection and host.
 *
 * What may change is read anew: a file, a function, a provider, the password file. User and password of a provider are
 * one value.
 */
export function loginOf(merged: WhoAndHow, judge?: PasswordJudge): Pick<Profile, 'login' | 'rotations'> {
  const source = rotatingSource(merged, judge)
  if (!source) return { login: async () => fixedLogin(merged) }
  const rotations = new Rotations(source)
  return {
    rotations,
    async login(endpoint, signal) {
      return loginWith(await rotations.ready(endpoint, signal))
    },
  }
}

function fixedLogin(merged: WhoAndHow): Login {
  const user = userOf(merged)
  if (user === undefined) throw noUser()
  const { password } = merged
  return { user, ...(password?.value.kind === 'text' && { password: password.value.password }) }
}
