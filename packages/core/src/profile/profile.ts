import type { AuthenticationTerms } from '../auth/authenticate.ts'
import type { RuleFinding } from '../errors/finding.ts'
import type { Endpoint } from '../merge/endpoints.ts'
import type { KeepAlive } from '../parameters/keep-alive.ts'
import type { TargetSessionAttrs } from '../parameters/parameters.ts'
import type { PolicyName, Reach } from '../policy/policies.ts'
import type { Logins } from '../rotation/logins.ts'
import type { Attempt, SslMode } from '../sslmode.ts'
import type { Sourced } from '../text/sourced.ts'
import type { TlsMaterial } from '../tls/material.ts'

/**
 * Everything the dialer needs, resolved, checked and frozen.
 *
 * It holds no secret: {@link Profile.logins} fetches one when a connection is made.
 */
export interface Profile {
  readonly endpoints: readonly Endpoint[]
  readonly sslmode: Sourced<SslMode>
  /** In order; where roots appear later, TLS that verifies nothing verifies the chain from then on. */
  readonly attempts: readonly Attempt[]
  readonly sslnegotiation: 'postgres' | 'direct'
  readonly sslsni: boolean
  readonly sslcertmode: Sourced<'disable' | 'allow' | 'require'>
  /** Present where nothing but a hybrid key exchange will do. */
  readonly keyExchange?: Sourced<'hybrid'>
  readonly authentication: AuthenticationTerms
  /** How far plaintext may reach. */
  readonly plaintext: Reach
  /** How far TLS may reach that does not verify the server in full. */
  readonly unverified: Reach
  readonly requirepeer?: Sourced
  readonly database?: string
  /** The user of the settings; absent where only a secret or a file names one. */
  readonly user?: string
  readonly targetSessionAttrs: TargetSessionAttrs
  readonly loadBalanceHosts: 'disable' | 'random'
  /** Run-time parameters for the startup message: `application_name`, `options`, `client_encoding`, `replication`. */
  readonly startup: Readonly<Record<string, string>>
  /** Limit for each address, in milliseconds; 0 is none (libpq parameter `connect_timeout`). */
  readonly connectTimeoutMs: number
  /** Limit for the whole connection, all hosts together, in milliseconds. */
  readonly deadlineMs: number
  readonly keepAlive: KeepAlive
  readonly policy: PolicyName
  /** Why production holds for servers on this machine, where no policy was named; absent where one was, or for others. */
  readonly unnamedPolicy?: string
  /** Says that no host is configured, where none is and localhost is tried. */
  readonly noHost?: string
  /** False where nothing about its connections is printed on stderr (`settings.warnings`, `VERIFULL_WARNINGS`). */
  readonly warnings?: boolean
  /** What the policy has to say and did not refuse. */
  readonly findings: readonly RuleFinding[]
  readonly logins: Logins
  /** The TLS material for connections to `endpoint`; undefined where none of them uses TLS. */
  tlsFor(endpoint: Endpoint): TlsMaterial | undefined
}
