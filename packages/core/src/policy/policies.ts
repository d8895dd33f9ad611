import type { SslMode } from '../sslmode.ts'

/** Servers that a weaker mode reaches: this machine, addresses of a private network as well, or all. */
export type Reach = 'loopback' | 'private' | 'anywhere'

/** Connections that a pool keeps and opens where the settings name no other limits. */
export interface PoolLimits {
  readonly min: number
  readonly max: number
}

/** Everything that differs from policy to policy, except the severity of the rules. */
export interface PolicyDefinition {
  /** The sslmode where none is given: if every host is this machine, and otherwise. */
  readonly defaultMode: { readonly local: SslMode; readonly remote: 'verify-full' }
  /** Hosts for which `require` and `verify-ca` become `verify-full`; `public`: any that is not on a private network. */
  readonly raisesModeFor: 'none' | 'public' | 'all'
  /** The farthest server that a weaker mode reaches when the settings ask for that mode. */
  readonly weakModeReach: Reach
  /** Connections on which a password may be sent in the clear (libpq's methods `password` and `md5`). */
  readonly exposedPassword: 'encrypted' | 'verified'
  readonly pool: PoolLimits
}

/**
 * Every policy, from the one that refuses nothing libpq would do to the one that demands a secret store.
 *
 * The order counts: a rule's severity holds from the policy it is written for up to the next one (`severities()`).
 */
export const POLICIES = {
  development: {
    defaultMode: { local: 'prefer', remote: 'verify-full' },
    raisesModeFor: 'none',
    weakModeReach: 'anywhere',
    exposedPassword: 'encrypted',
    pool: { min: 2, max: 5 },
  },
  test: {
    defaultMode: { local: 'prefer', remote: 'verify-full' },
    raisesModeFor: 'public',
    weakModeReach: 'private',
    exposedPassword: 'encrypted',
    pool: { min: 1, max: 3 },
  },
  staging: {
    defaultMode: { local: 'verify-full', remote: 'verify-full' },
    raisesModeFor: 'all',
    weakModeReach: 'loopback',
    exposedPassword: 'verified',
    pool: { min: 5, max: 20 },
  },
  production: {
    defaultMode: { local: 'verify-full', remote: 'verify-full' },
    raisesModeFor: 'all',
    weakModeReach: 'loopback',
    exposedPassword: 'verified',
    pool: { min: 10, max: 50 },
  },
  strict: {
    defaultMode: { local: 'verify-full', remote: 'verify-full' },
    raisesModeFor: 'all',
    weakModeReach: 'loopback',
    exposedPassword: 'verified',
    pool: { min: 10, max: 50 },
  },
} as const satisfies Readonly<Record<string, PolicyDefinition>>

/** Name of a policy. */
export type PolicyName = keyof typeof POLICIES

/** The names, from the laxest policy to the strictest. */
export const POLICY_NAMES = Object.keys(POLICIES) as readonly PolicyName[]

/** True for the name of a policy. */
export function isPolicyName(value: string): value is PolicyName {
  return Object.hasOwn(POLICIES, value)
}

/** Gives the definition of a policy. */
export function policyNamed(name: PolicyName): PolicyDefinition {
  return POLICIES[name]
}
