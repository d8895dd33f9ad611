import type { CredentialsProvider, LoginFunction, PasswordFunction } from '../credentials/credentials.ts'
import type { TlsProvider } from '../credentials/tls-provider.ts'
import type { Problem } from '../errors/finding.ts'
import type { ParameterName } from '../parameters/parameters.ts'
import type { PoolLimit } from '../parameters/pool-limit.ts'
import type { PolicyName } from '../policy/policies.ts'
import type { PolicySetting } from '../policy/policy.ts'
import type { Secret } from '../text/secret.ts'
import type { Sourced } from '../text/sourced.ts'
import type { KeyExchange } from '../tls/groups.ts'

/** The kinds of sources, strongest first. */
export const LAYERS = ['settings', 'options', 'url', 'DB_*', 'service file', 'PG*', 'defaults'] as const

/** Name of a kind of source. */
export type LayerName = (typeof LAYERS)[number]

/** Source of the password. Only `text` is known before a connection is made. */
export type PasswordSource =
  | { readonly kind: 'text'; readonly password: Secret }
  /** A file that is read again for each connection. */
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'function'; readonly read: PasswordFunction }
  | { readonly kind: 'provider'; readonly provide: CredentialsProvider }
  /** The application's own function for a driver or an ORM, called as often as by that */
  | { readonly kind: 'login'; readonly ask: LoginFunction }

/** A parameter that a layer holds as text; the password is separate, because it may be a function. */
export type ValueName = Exclude<ParameterName, 'password'>

/** The values of one source, each with its place, and all problems of the source. */
export interface Layer {
  readonly name: LayerName
  readonly values: Readonly<Partial<Record<ValueName, Sourced<string | Secret>>>>
  readonly passwords: readonly Sourced<PasswordSource>[]
  /** A file with the user's name, read again for each connection. */
  readonly userFile?: Sourced
  /** The name to verify, if it is not the dialed host. */
  readonly servername?: Sourced
  /** The key exchange that is demanded. */
  readonly keyExchange?: Sourced<KeyExchange>
  /** Provider of TLS material, each part in place of the parameter of its name. */
  readonly tls?: Sourced<TlsProvider>
  /** A demand for TLS without a mode (`DB_SSL=true`, `ssl: true`): verify-full unless a mode is named. */
  readonly encrypt?: Sourced<true>
  /** The places that turn verification off explicitly, such as `DB_SSL_REJECT_UNAUTHORIZED=false`. */
  readonly verificationOff: readonly string[]
  /** The places with a `checkServerIdentity` function. */
  readonly ownIdentityCheck: readonly string[]
  readonly pool: Readonly<Partial<Record<PoolLimit, Sourced<number>>>>
  /** Values in milliseconds for parameters in seconds, by their source. */
  readonly inMilliseconds?: Readonly<Record<string, number>>
  /** Longest wait for a server that is away, in milliseconds. */
  readonly failoverTimeoutMs?: Sourced<number>
  /** Longest lag of a replica that is read from, in milliseconds. */
  readonly maxLagMs?: Sourced<number>
  readonly policy?: PolicyName | PolicySetting
  /** False if warnings are silenced. */
  readonly warnings?: boolean
  /** The replicas, if the source names any or states that there are none. */
  readonly replicas?: Sourced<readonly Replica[]>
  readonly problems: readonly Problem[]
}

/** A replica as one source names it: its own values, and those of its URL. */
export interface Replica {
  /** Its place in the source: `settings.replicas[0]`. */
  readonly source: string
  /** Its layers, strongest first. */
  readonly layers: readonly Layer[]
}
