import { Lifetime } from '../../src/profile/lifetime.ts'
import type { Profile } from '../../src/profile/profile.ts'
import { FixedLogins } from '../../src/rotation/fixed-logins.ts'
import type { Logins } from '../../src/rotation/logins.ts'
import { Secret } from '../../src/text/secret.ts'
import { tcp } from '../addresses/endpoints.ts'
import { DEFAULTS } from '../profile/defaults.ts'

/** Logins with this `prepare`. */
export function loginsThat(prepare: Logins['prepare']): Logins {
  const enter = () => Promise.reject(new Error('no connection may log in'))
  return { prepare, enter }
}

/** A profile for one plaintext server on this machine that is not waited for, with changes. */
export function profileWith(changes: Partial<Profile>): Profile {
  return {
    ...DEFAULTS,
    failoverTimeoutMs: 0,
    endpoints: [tcp('one.test', 5432)],
    sslmode: { value: 'disable', source: 'test' },
    attempts: [{ kind: 'plain' }],
    findings: [],
    logins: new FixedLogins(() => ({ user: 'app', password: new Secret('pencil') })),
    judge: () => ({ findings: [] }),
    judgeSession() {},
    tlsFor: () => undefined,
    lifetime: new Lifetime(),
    ...changes,
  }
}
