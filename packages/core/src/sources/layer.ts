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

/** Where the password comes from. Only `text` is known before a connection is made. */
export type PasswordSource =
  | { readonly kind: 'text'; readonly password: Secret }
  /** A file that is read again for each connection. */
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'function'; readonly read: PasswordFunction }
  | { readonly kind: 'provider'; readonly provide: CredentialsProvider }
  /** The application's own function for a driver or an ORM, asked as often as that would. */
  | { readonly kind: 'login'; readonly ask: LoginFunction }

/** A parameter whose text a layer may hold; the password is apart, because it may not be text. */
export type ValueName = Exclude<ParameterName, 'password'>

/** What one source says: each value with where it came from, and all that is wrong with it. */
export interface Layer {
  readonly name: LayerName
  readonly values: Readonly<Partial<Record<ValueName, Sourced<string | Secret>>>>
  readonly passwords: readonly Sourced<PasswordSource>[]
  /** A file that holds the user's name and is read again for each connection. */
  readonly userFile?: Sourced
  /** The name to verify where it is not the host that is dialed. */
  readonly servername?: Sourced
  /** Which key exchange will do. */
  readonly keyExchange?: Sourced<KeyExchange>
  /** Gives TLS material, each part in the place of the parameter of its name. */
  readonly tls?: Sourced<TlsProvider>
  /** Asks for TLS and leaves open which: verify-full, unless something says otherwise (`DB_SSL=true`, `ssl: true`). */
  readonly encrypt?: Sourced<true>
  /** Where verification is turned off in so many words, as `DB_SSL_REJECT_UNAUTHORIZED=false`. */
  readonly verificationOff: readonly string[]
  /** Where a `checkServerIdentity` function was given. */
  readonly ownIdentityCheck: readonly string[]
  readonly pool: Readonly<Partial<Record<PoolLimit, Sourced<number>>>>
  /** The values that were written in milliseconds for what is counted in seconds, by their source. */
  readonly inMilliseconds?: Readonly<Record<string, number>>
  readonly policy?: PolicyName | PolicySetting
  /** False where warnings are silenced. */
  readonly warnings?: boolean
  /** The replicas that are named, where any are or where it is said that there are none. */
  readonly replicas?: Sourced<readonly Replica[]>
  readonly problems: readonly Problem[]
}

/** A replica as one source names it: what it says itself, and what its URL says. */
export interface Replica {
  /** Where it is named: `settings.replicas[0]`. */
  readonly source: string
  /** Strongest first. */
  readonly layers: readonly Layer[]
}
