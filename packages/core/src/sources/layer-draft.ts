import { isPlaceholder } from '../addresses/placeholder-host.ts'
import type { TlsProvider } from '../credentials/tls-provider.ts'
import { type Problem, problemWith } from '../errors/finding.ts'
import { type ParameterName, parameter, parameterNamed } from '../parameters/parameters.ts'
import { parseEnumeration } from '../parameters/parse-enumeration.ts'
import { parseInteger } from '../parameters/parse-parameter.ts'
import { isKeyText, mayHoldKey } from '../parameters/pem-text.ts'
import { bareHosts, placeProblem } from '../parameters/place-problem.ts'
import { placeholderProblem } from '../parameters/placeholder-value.ts'
import type { PoolLimit } from '../parameters/pool-limit.ts'
import type { PolicyName } from '../policy/policies.ts'
import type { PolicySetting } from '../policy/policy.ts'
import { bare } from '../text/record.ts'
import { Secret } from '../text/secret.ts'
import type { Sourced } from '../text/sourced.ts'
import { LONGEST_TIMER_MS } from '../time/deadline.ts'
import { KEY_EXCHANGES, type KeyExchange } from '../tls/groups.ts'
import { contradiction, passwordContradiction } from './contradictions.ts'
import type { Layer, LayerName, PasswordSource, Replica, ValueName } from './layer.ts'

/** Shortest bound of a replica's lag, in ms: it is looked at four times in that time. */
const SHORTEST_LAG_MS = 100

/** A layer under construction. */
export class LayerDraft implements Layer {
  readonly name: LayerName
  readonly values: Partial<Record<ValueName, Sourced<string | Secret>>> = bare({})
  readonly passwords: Sourced<PasswordSource>[] = []
  userFile?: Sourced
  servername?: Sourced
  keyExchange?: Sourced<KeyExchange>
  tls?: Sourced<TlsProvider>
  encrypt?: Sourced<true>
  readonly verificationOff: string[] = []
  readonly ownIdentityCheck: string[] = []
  readonly pool: Partial<Record<PoolLimit, Sourced<number>>> = bare({})
  readonly inMilliseconds: Record<string, number> = bare({})
  failoverTimeoutMs?: Sourced<number>
  maxLagMs?: Sourced<number>
  policy?: PolicyName | PolicySetting
  warnings?: boolean
  replicas?: Sourced<readonly Replica[]>
  readonly problems: Problem[] = []

  constructor(name: LayerName) {
    this.name = name
  }

  /** Sets a parameter; an empty text is unset, as for libpq's keyword arguments. */
  set(name: ParameterName, text: string, source: string): void {
    if (text === '') {
      // For libpq an empty list allows no method, so that it cannot be ignored.
      if (name === 'require_auth')
        this.problem(name, `require_auth (from ${source}) is empty; list the methods to accept, or leave it out`)
      return
    }
    const wrong = placeholderProblem(name, text, source) ?? placeProblem(name, text, source)
    if (parameter(name).secret !== 'always' && holdsLogin(name, text)) {
      this.problem(name, `${name} (from ${source}) has a URL or a login in it; give a URL as url or DATABASE_URL`)
    } else if (wrong !== undefined) {
      this.problem(name, wrong)
    } else if (name === 'host' && isPlaceholder(text)) {
      this.problem(
        name,
        `host=${text} (from ${source}) is what secureConfig() gives; call it once, with your own options`,
      )
    } else if (name === 'password') {
      this.setPassword({ kind: 'text', password: new Secret(text) }, source)
    } else {
      this.values[name] = this.#agreed(
        name,
        { value: isSecret(name, text) ? new Secret(text) : name === 'host' ? bareHosts(text) : text, source },
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
    const wrong = placeProblem('servername', name, source)
    if (wrong !== undefined) this.problem('servername', wrong)
    else this.servername = this.#agreed('servername', { value: name, source }, this.servername)
  }

  setKeyExchange(text: string, source: string): void {
    const parsed = parseEnumeration('keyExchange', KEY_EXCHANGES, { value: text, source })
    if ('value' in parsed) this.keyExchange = { value: parsed.value, source }
    else this.problems.push(parsed.problem)
  }

  setFailoverTimeout(text: string, source: string): void {
    const parsed = parseInteger('failoverTimeoutMs', [0, LONGEST_TIMER_MS], { value: text, source })
    if ('value' in parsed) this.failoverTimeoutMs = { value: parsed.value, source }
    else this.problems.push(parsed.problem)
  }

  setMaxLag(text: string, source: string): void {
    const parsed = parseInteger('maxLagMs', [SHORTEST_LAG_MS, LONGEST_TIMER_MS], { value: text, source })
    if ('value' in parsed) this.maxLagMs = { value: parsed.value, source }
    else this.problems.push(parsed.problem)
  }

  #agreed<T extends string | Secret>(name: string, given: Sourced<T>, before: Sourced<T> | undefined): Sourced<T> {
    this.problems.push(...contradiction(name, given, before))
    return before ?? given
  }

  /** Sets the parameter that a connection string calls `word`; false if there is none. */
  setNamed(word: string, text: string, source: string): boolean {
    // as libpq's conninfo_storeval: the name of sslmode before PostgreSQL 8.0
    if (word === 'requiressl') return this.setNamed('sslmode', text.startsWith('1') ? 'require' : 'prefer', source)
    const name = parameterNamed(word)
    if (name === undefined) return false
    this.unset(name)
    this.set(name, text, source)
    return true
  }

  /** Adopts the values of another draft in place of its own. */
  overrule(other: LayerDraft): void {
    Object.assign(this.values, other.values)
    if (other.passwords.length > 0) this.passwords.splice(0, this.passwords.length, ...other.passwords)
    Object.assign(this.pool, other.pool)
    Object.assign(this.inMilliseconds, other.inMilliseconds)
    if (other.servername) this.servername = other.servername
    if (other.encrypt) this.encrypt = other.encrypt
    this.verificationOff.push(...other.verificationOff)
    this.ownIdentityCheck.push(...other.ownIdentityCheck)
    this.problems.push(...other.problems)
  }

  unset(name: ParameterName): void {
    if (name === 'password') this.passwords.length = 0
    else delete this.values[name]
  }

  problem(parameterName: string, message: string): void {
    this.problems.push(problemWith(parameterName, message))
  }
}

/** True for a URL in place of another value: it has a password that every message about the value would show. */
function holdsLogin(name: ParameterName, text: string): boolean {
  const place = name === 'host' || name === 'hostaddr' || name === 'port'
  return (place && /[^@,\s]@/.test(text)) || /^\s*(?!file:)[a-z][\w+.-]*:\/\/[^/@:]*:[^@]*@/i.test(text)
}

function isSecret(name: ValueName, text: string): boolean {
  const { secret } = parameter(name)
  return secret === 'always' || (secret === 'inline' && isKeyText(text)) || (secret === 'with key' && mayHoldKey(text))
}
