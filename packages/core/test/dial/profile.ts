import type { Profile } from '../../src/profile/profile.ts'
import { Secret } from '../../src/secret.ts'

/** A profile for one plaintext server on this machine, with what a test changes. */
export function profileWith(changes: Partial<Profile>): Profile {
  return {
    endpoints: [{ host: 'one.test', port: 5432 }],
    sslmode: { value: 'disable', source: 'test' },
    attempts: [{ kind: 'plain' }],
    sslnegotiation: 'postgres',
    sslsni: true,
    sslcertmode: { value: 'allow', source: 'default' },
    authentication: { channelBinding: { value: 'prefer', source: 'default' }, exposedPassword: 'verified' },
    plaintext: 'loopback',
    targetSessionAttrs: 'any',
    loadBalanceHosts: 'disable',
    startup: {},
    connectTimeoutMs: 0,
    deadlineMs: 10_000,
    keepAlive: { enabled: true, idleMs: 0 },
    policy: 'production',
    findings: [],
    login: async () => ({ user: 'app', password: new Secret('pencil') }),
    ...changes,
  }
}
