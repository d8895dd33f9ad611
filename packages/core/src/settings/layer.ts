import type { CredentialsProvider, PasswordFunction } from '../credentials/credentials.ts'
import type { Problem } from '../errors/problem.ts'
import type { PolicySetting } from '../policy/policy.ts'
import type { PolicyName } from '../policy/policy-name.ts'
import { Secret } from '../secret.ts'
import type { TlsProvider } from '../tls/provider.ts'
import { contradiction, passwordContradiction } from './contradictions.ts'
import { type ParameterName, parameter, parameterNamed } from './parameters.ts'
import { holdsKey, isPem } from './pem-text.ts'
import type { PoolLimit } from './pool-limit.ts'
import type { Replica } from './replica.ts'
import type { Sourced } from './sourced.ts'

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
  /** Gives TLS material, each part in the place of the parameter of its name. */
  readonly tls?: Sourced<TlsProvider>
  /** Asks for TLS and leaves open which: verify-full, unless something says otherwise (`DB_SSL=true`, `ssl: true`). */
  readonly encrypt?: Sourced<true>
  /** Where verification is turned off in so many words, as `DB_SSL_REJECT_UNAUTHORIZED=false`. */
  readonly verificationOff: readonly string[]
  /** Where a `checkServerIdentity` function was given. */
  readonly ownIdentityCheck: readonly string[]
  readonly pool: Readonly<Partial<Record<PoolLimit, Sourced<number>>>>
  readonly policy?: PolicyName | PolicySetting
  /** The replicas that are named, where any are or where it is said that there are none. */
  readonly replicas?: Sourced<readonly Replica[]>
  readonly problems: readonly Problem[]
}

/** A layer while it is being read. */
export class LayerDraft implements Layer {
  readonly name: LayerName
  readonly values: Partial<Record<ValueName, Sourced<string | Secret>>> = {}
  readonly passwords: Sourced<PasswordSource>[] = []
  userFile?: Sourced
  servername?: Sourced
  tls?: Sourced<TlsProvider>
  encrypt?: Sourced<true>
  readonly verificationOff: string[] = []
  readonly ownIdentityCheck: string[] = []
  readonly pool: Partial<Record<PoolLimit, Sourced<number>>> = {}
  policy?: PolicyName | PolicySetting
  replicas?: Sourced<readonly Replica[]>
  readonly problems: Problem[] = []

  constructor(name: LayerName) {
    this.name = name
  }

  /** Sets a parameter; empty is unset, as libpq has it for keyword arguments. */
  set(name: ParameterName, text: string, source: string): void {
    if (text === '') {
      // libpq takes an empty list for one that allows nothing, so it cannot be passed over.
      if (name === 'require_auth')
        this.problem(name, `require_auth (from ${source}) is empty; list the methods to accept, or leave it out`)
      return
    }
    if (parameter(name).secret !== 'always' && holdsLogin(name, text)) {
      this.problem(name, `${name} (from ${source}) has a URL or a login in it; give a URL as url or DATABASE_URL`)
    } else if (name === 'password') {
      this.setPassword({ kind: 'text', password: new Secret(text) }, source)
    } else {
      this.values[name] = this.#agreed(
        name,
        { value: isSecret(name, text) ? new Secret(text) : text, source },
        this.values[name],
      )
    }
  }

  setPassword(password: PasswordSource, source: string): void {
    const given = { value: password, source }
    this.problems.push(...passwordContradiction(given, this.passwords[0]))
    this.passwords.push(given)
  }

  setServername(name: string, source: string): void {
    this.servername = this.#agreed('servername', { value: name, source }, this.servername)
  }

  #agreed<T extends string | Secret>(name: string, given: Sourced<T>, before: Sourced<T> | undefined): Sourced<T> {
    this.problems.push(...contradiction(name, given, before))
    return before ?? given
  }

  /** Sets what a connection string calls `word`; tells whether there is such a parameter. */
  setNamed(word: string, text: string, source: string): boolean {
    // as libpq's conninfo_storeval: the name that sslmode had before PostgreSQL 8.0
    if (word === 'requiressl') return this.setNamed('sslmode', text.startsWith('1') ? 'require' : 'prefer', source)
    const name = parameterNamed(word)
    if (name === undefined) return false
    this.unset(name)
    this.set(name, text, source)
    return true
  }

  unset(name: ParameterName): void {
    if (name === 'password') this.passwords.length = 0
    else delete this.values[name]
  }

  problem(parameterName: string, message: string): void {
    this.problems.push({ parameter: parameterName, message })
  }
}

/** A URL where something else belongs has a password that every message about the value would show. */
function holdsLogin(name: ParameterName, text: string): boolean {
  const place = name === 'host' || name === 'hostaddr' || name === 'port'
  return (place && /[^@,\s]@/.test(text)) || /^\s*(?!file:)[a-z][\w+.-]*:\/\/[^/@:]*:[^@]*@/i.test(text)
}

function isSecret(name: ValueName, text: string): boolean {
  const { secret } = parameter(name)
  return secret === 'always' || (secret === 'inline' && isPem(text)) || (secret === 'with key' && holdsKey(text))
}
