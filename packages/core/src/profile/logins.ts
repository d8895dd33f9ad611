import { FixedLogins } from '../rotation/fixed-logins.ts'
import { LoginGates } from '../rotation/login-gates.ts'
import type { Logins } from '../rotation/logins.ts'
import { credentialsSource, type LoginSettings } from './credentials-source.ts'
import { Lifetime } from './lifetime.ts'
import type { PasswordJudge } from './password-judge.ts'
import { noUser, userOf } from './user.ts'

/**
 * The credentials of a profile. A file, a function, a provider and the password file are read again for each connection;
 * user and password of a provider are one value.
 */
export function loginsOf(merged: LoginSettings, lifetime = new Lifetime(), judge?: PasswordJudge): Logins {
  const source = credentialsSource(merged, lifetime, judge)
  if (source) return new LoginGates(source)
  return new FixedLogins(() => {
    const user = userOf(merged)
    if (user === undefined) throw noUser()
    const { password } = merged
    return { user, ...(password?.value.kind === 'text' && { password: password.value.password }) }
  })
}
