import type { Endpoint, KnownEndpoint } from '../addresses/endpoint.ts'
import type { AuthenticationTerms } from '../auth/authenticate.ts'
import type { RuleFinding } from '../errors/finding.ts'
import type { KeepAlive } from '../parameters/keep-alive.ts'
import type { TargetSessionAttrs } from '../parameters/parameters.ts'
import type { Facts } from '../policy/facts.ts'
import type { PolicyName, Reach } from '../policy/policies.ts'
import type { Verdict } from '../policy/policy.ts'
import type { Logins } from '../rotation/logins.ts'
import type { Attempt, SslMode } from '../sslmode.ts'
import type { Sourced } from '../text/sourced.ts'
import type { TlsMaterial } from '../tls/material.ts'
import type { Lifetime } from './lifetime.ts'
import type { ReadGroup } from './read-group.ts'
import type { SessionJudge } from './session-judge.ts'

/**
 * Everything the dialer needs, resolved, checked and frozen.
 *
 * It holds no secret: {@link Profile.logins} fetches one when a connection is made.
 */
export interface Profile {
  /** Servers in the configured order. */
  readonly endpoints: readonly Endpoint[]
  readonly sslmode: Sourced<SslMode>
  /** Attempts of the mode, in order. TLS without verification verifies the chain as soon as trusted roots appear. */
  readonly attempts: readonly Attempt[]
  readonly sslnegotiation: 'postgres' | 'direct'
  /** True to send the host's name as SNI. */
  readonly sslsni: boolean
  readonly sslcertmode: Sourced<'disable' | 'allow' | 'require'>
  /** Present if only a hybrid key exchange is acceptable. */
  readonly keyExchange?: Sourced<'hybrid'>
  readonly authentication: AuthenticationTerms
  /** Farthest servers that plaintext is allowed to. */
  readonly plaintext: Reach
  /** Farthest servers that TLS without full verification is allowed to. */
  readonly unverified: Reach
  /** User that must own the Unix socket. */
  readonly requirepeer?: Sourced
  /** Database of the settings; absent if only the secret names one, or none: the server then uses the user's name. */
  readonly database?: string
  /** User of the settings; absent if only a secret or a file names one. */
  readonly user?: string
  readonly targetSessionAttrs: TargetSessionAttrs
  /** `random` shuffles the hosts, and the addresses of each (libpq parameter `load_balance_hosts`). */
  readonly loadBalanceHosts: 'disable' | 'random'
  /** Run-time parameters for the startup message: `application_name`, `options`, `client_encoding`, `replication`. */
  readonly startup: Readonly<Record<string, string>>
  /** Limit for each address, in milliseconds; 0 is none (libpq parameter `connect_timeout`). */
  readonly connectTimeoutMs: number
  /** Limit for the whole connection, all hosts together, in milliseconds. */
  readonly deadlineMs: number
  /**
   * Longest time in which a connection waits for servers that are away, starting, full or in another role, in
   * milliseconds and within {@link Profile.deadlineMs}; 0 fails at once.
   */
  readonly failoverTimeoutMs: number
  readonly keepAlive: KeepAlive
  /**
   * Longest time in which nothing of the server is heard, neither the answer to a statement nor to a new connection, in
   * milliseconds (libpq parameter `tcp_user_timeout`); 0 for any time.
   */
  readonly silenceMs: number
  /** Age at which a session leaves its pool, in milliseconds; up to a tenth earlier, at random. 0 for any age. */
  readonly maxLifetimeMs: number
  readonly policy: PolicyName
  /** Reason why policy production applies to servers on this machine; absent if a policy was named, or for other servers. */
  readonly unnamedPolicy?: string
  /** Note that no host is configured and localhost is tried; absent if one is. */
  readonly noHost?: string
  /** False to print no warnings about its connections on stderr (`settings.warnings`, `VERIFULL_WARNINGS`). */
  readonly warnings?: boolean
  /** Findings of the policy that do not refuse the settings. */
  readonly findings: readonly RuleFinding[]
  /** Holds facts of a connection against the rules of the policy, those that are allowed by name included. */
  readonly judge: (...facts: readonly Partial<Facts>[]) => Verdict
  /** Holds a new session against the rules of the policy, and reports findings once. */
  readonly judgeSession: SessionJudge
  /** Credentials, fetched for each connection. */
  readonly logins: Logins
  /** The time in which it connects, until {@link close}. */
  readonly lifetime: Lifetime
  /** True if its sessions must be read-only: they are for reading, at whichever server. */
  readonly readOnly?: true
  /** The servers among which a connection for reading chooses; absent for a primary. */
  readonly reads?: ReadGroup
  /** Returns the TLS material for connections to `endpoint`; undefined if none of them uses TLS. */
  tlsFor(endpoint: Pick<KnownEndpoint, 'kind' | 'host'>): TlsMaterial | undefined
}
