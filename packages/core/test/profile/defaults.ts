import type { Profile } from '../../src/profile/profile.ts'

/** The profile of empty settings: libpq's defaults, made secure. */
export const DEFAULTS = {
  sslnegotiation: 'postgres',
  sslsni: true,
  sslcertmode: { value: 'allow', source: 'default' },
  authentication: { channelBinding: { value: 'prefer', source: 'default' }, exposedPassword: 'verified' },
  plaintext: 'loopback',
  unverified: 'loopback',
  targetSessionAttrs: 'any',
  loadBalanceHosts: 'disable',
  startup: { client_encoding: 'UTF8' },
  connectTimeoutMs: 0,
  deadlineMs: 10_000,
  failoverTimeoutMs: 10_000,
  keepAlive: { enabled: true, idleMs: 200_000 },
  silenceMs: 30_000,
  maxLifetimeMs: 1_800_000,
  policy: 'production',
} as const satisfies Partial<Profile>
