import type { RequiredAuthentication } from '../auth/require-auth.ts'
import type { Problem, RuleFinding } from '../errors/finding.ts'
import type { Endpoint } from '../merge/endpoints.ts'
import type { Merged } from '../merge/merge.ts'
import type { Policy } from '../policy/policy.ts'
import type { Attempt, SslMode } from '../sslmode.ts'
import type { Sourced } from '../text/sourced.ts'
import type { TlsMaterial } from '../tls/material.ts'
import type { NoHost } from './no-host.ts'
import type { PoolOptions } from './pool-options.ts'
import type { Profile } from './profile.ts'

/** Everything that is known of one server before a connection is made: the profile where all is well, and all there is to say. */
export interface ServerExamination {
  readonly merged: Merged
  readonly policy: Policy
  readonly endpoints: readonly Endpoint[]
  readonly sslmode: Sourced<SslMode>
  readonly attempts: readonly Attempt[]
  readonly tls: TlsMaterial | undefined
  /** The material for a host that the secret names: an RDS endpoint has its own roots. Undefined where the settings name the hosts. */
  readonly tlsForHost: ((host: string) => TlsMaterial) | undefined
  readonly requireAuth: RequiredAuthentication | undefined
  readonly noHost: NoHost | undefined
  /** What is wrong with the settings; there is a profile only where this is empty and no finding refuses. */
  readonly problems: readonly Problem[]
  readonly findings: readonly RuleFinding[]
  readonly profile: Profile | undefined
}

/** The same of all servers. */
export interface Examination extends ServerExamination {
  readonly replicas: readonly Sourced<ServerExamination>[]
  readonly pool: PoolOptions
  /** The options that are no connection options, untouched. */
  readonly rest: Readonly<Record<string, unknown>>
}
