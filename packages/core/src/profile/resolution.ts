import type { Endpoint } from '../addresses/endpoint.ts'
import type { RequiredAuthentication } from '../auth/require-auth.ts'
import type { Problem, RuleFinding } from '../errors/finding.ts'
import type { Merged } from '../merge/merge.ts'
import type { Policy } from '../policy/policy.ts'
import type { Attempt, SslMode } from '../sslmode.ts'
import type { Sourced } from '../text/sourced.ts'
import type { TlsMaterial } from '../tls/material.ts'
import type { NoHost } from './no-host.ts'
import type { PoolOptions } from './pool-options.ts'
import type { Profile } from './profile.ts'

/** Everything that is known of one server before a connection is made. */
export interface ServerResolution {
  readonly merged: Merged
  readonly policy: Policy
  readonly endpoints: readonly Endpoint[]
  readonly sslmode: Sourced<SslMode>
  readonly attempts: readonly Attempt[]
  readonly tls: TlsMaterial | undefined
  /** Returns the material for a host that the secret names: an RDS endpoint has its own roots. Undefined if the settings name the hosts. */
  readonly tlsForHost: ((host: string) => TlsMaterial) | undefined
  readonly requireAuth: RequiredAuthentication | undefined
  readonly noHost: NoHost | undefined
  readonly problems: readonly Problem[]
  readonly findings: readonly RuleFinding[]
  /** Undefined if there is a problem, or a finding that refuses. */
  readonly profile: Profile | undefined
}

/** Everything that is known of a primary and its replicas; private to `profile/`. */
export interface Resolution {
  readonly primary: ServerResolution
  /** Each with the source that names it. */
  readonly replicas: readonly Sourced<ServerResolution>[]
  readonly pool: PoolOptions
  /** Processes that have such a pool. */
  readonly instances: number
  /** The options that are no connection options, untouched. */
  readonly rest: Readonly<Record<string, unknown>>
  /** Those of all servers, each once. */
  readonly problems: readonly Problem[]
  readonly findings: readonly RuleFinding[]
  /** True if there is no problem, and no finding that refuses. */
  readonly accepted: boolean
}
