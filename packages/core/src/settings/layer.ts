import { isDeepStrictEqual } from 'node:util'
import type { CredentialsProvider, PasswordFunction } from '../credentials/credentials.ts'
import type { Problem } from '../errors/problem.ts'
import type { PolicySetting } from '../policy/policy.ts'
import type { PolicyName } from '../policy/policy-name.ts'
import { Secret } from '../secret.ts'
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
      const given = { value: isSecret(name, text) ? new Secret(text) : text, source }
      const other = this.values[name]
      if (other && textOf(other.value) !== text)
        this.#contradiction(name, `${name}${said(given)}`, `${name}${said(other)}`)
      else this.values[name] = given
    }
  }

  setPassword(password: PasswordSource, source: string): void {
    const other = this.passwords[0]
    if (other && !isSame(password, other.value)) {
      this.#contradiction('password', `the password (from ${source})`, `the password (from ${other.source})`)
    }
    this.passwords.push({ value: password, source })
  }

  setServername(name: string, source: string): void {
    const given = { value: name, source }
    const other = this.servername
    if (other && other.value !== name)
      this.#contradiction('servername', `servername${said(given)}`, `servername${said(other)}`)
    else this.servername = given
  }

  /** Within one source nothing is stronger than the rest: two values for one thing are a mistake. */
  #contradiction(parameterName: string, one: string, other: string): void {
    this.problem(parameterName, `${one} contradicts ${other}; remove one`)
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
  const hosts = name === 'host' || name === 'hostaddr'
  return (hosts && /[^@,\s]@/.test(text)) || /^\s*(?!file:)[a-z][\w+.-]*:\/\/[^/@:]*:[^@]*@/i.test(text)
}

function isSecret(name: ValueName, text: string): boolean {
  const { secret } = parameter(name)
  return secret === 'always' || (secret === 'inline' && isPem(text)) || (secret === 'with key' && holdsKey(text))
}

function isSame(one: PasswordSource, other: PasswordSource): boolean {
  if (one.kind !== other.kind) return true // of different kinds: told when all sources are known
  return one.kind === 'text' && other.kind === 'text'
    ? one.password.reveal() === other.password.reveal()
    : isDeepStrictEqual(one, other)
}

function textOf(value: string | Secret): string {
  return value instanceof Secret ? value.reveal() : value
}

/** PEM text is too long for a message, even where it is no secret. */
function said({ value, source }: Sourced<string | Secret>): string {
  const short = typeof value === 'string' && !isPem(value)
  return `${short ? `=${value}` : ''} (from ${source})`
}
