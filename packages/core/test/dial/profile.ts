import type { Profile } from '../../src/profile/profile.ts'
import { Secret } from '../../src/text/secret.ts'
import { DEFAULTS } from '../profile/defaults.ts'

/** A profile for one plaintext server on this machine, with what a test changes. */
export function profileWith(changes: Partial<Profile>): Profile {
  return {
    ...DEFAULTS,
    endpoints: [{ host: 'one.test', port: 5432 }],
    sslmode: { value: 'disable', source: 'test' },
    attempts: [{ kind: 'plain' }],
    findings: [],
    login: async () => ({ user: 'app', password: new Secret('pencil') }),
    ...changes,
  }
}
