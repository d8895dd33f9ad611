import type { CredentialsProvider, PasswordFunction } from '../credentials/credentials.ts'
import { perServer } from '../credentials/per-server.ts'
import { type Meaning, PG_SPELLING, type ReplicationMeaning, type Spelling } from '../parameters/option-spelling.ts'
import { PARAMETER_NAMES, PARAMETERS, type ParameterName } from '../parameters/parameters.ts'
import { isCount, POOL_LIMITS, type PoolLimit } from '../parameters/pool-limit.ts'
import { bare, kindOf, own, propertiesOf, unreadable } from '../text/record.ts'
import type { Secret } from '../text/secret.ts'
import type { Sourced } from '../text/sourced.ts'
import { LONGEST_TIMER_MS } from '../time/deadline.ts'
import { parseConnectionString } from './connection-string.ts'
import { contradictions } from './contradictions.ts'
import type { Layer, Replica } from './layer.ts'
import { LayerDraft } from './layer-draft.ts'
import { isText, textOfOption } from './option-value.ts'
import { replicaNamed, replicaOf } from './replica.ts'
import { readSsl } from './ssl-option.ts'

/** Options of a driver or an ORM. */
export type Options = Readonly<Record<string, unknown>>

/** The options as settings, and the remaining ones for the driver. */
export interface ReadOptions {
  /** The values of the options. */
  readonly layer: Layer
  /** The values of their connection string. */
  readonly url?: Sourced<Layer>
  /** The options without those that were read; the given object is not changed. */
  readonly rest: Options
}

/** Reads the options that concern the connection and removes them. */
export function readOptions(options: object | string = {}, spelling: Spelling = PG_SPELLING): ReadOptions {
  const reader = new Reader()
  const rest = reader.readAll(options, spelling)
  return bare({ ...reader.result(), rest })
}

class Reader {
  readonly draft = new LayerDraft('options')
  #url?: Sourced<Layer> & { readonly text: string }

  result(): Omit<ReadOptions, 'rest'> {
    if (this.#url) this.draft.problems.push(...contradictions(this.draft, this.#url.value))
    return { layer: this.draft, ...(this.#url && { url: { value: this.#url.value, source: this.#url.source } }) }
  }

  readAll(options: unknown, spelling: Spelling): Options {
    if (isText(options)) {
      this.#takeUrl(options, `option ${urlKey(spelling)}`)
      return {}
    }
    return this.#read(options, spelling, '') ?? {}
  }

  /** Returns the remaining options; undefined if they cannot be read. */
  #read(options: unknown, spelling: Spelling, path: string): Options | undefined {
    const names = [...Object.keys(spelling), ...PARAMETER_NAMES]
    const unfit = unreadable(options, names)
    if (unfit) {
      const what = path === '' ? 'options' : `option ${path}`
      this.draft.problem(path || 'options', `${what} must be an object or a connection string, ${unfit}`)
      return undefined
    }
    const prefix = path === '' ? '' : `${path}.`
    const { all, visible: rest } = propertiesOf(options as object, names)
    for (const [key, meaning] of meaningsOf(all, spelling)) {
      delete rest[key]
      const value = all[key]
      if (value === undefined || value === null) continue
      const path = `${prefix}${key}`
      if (meaning === 'milliseconds') {
        rest[key] = this.#time(value, `option ${path}`)
        continue
      }
      const left =
        typeof meaning === 'object' ? this.#readBlock(meaning, value, path) : this.#take(meaning, value, path)
      if (left) rest[key] = left
    }
    return rest
  }

  #readBlock(meaning: Extract<Meaning, object>, value: unknown, path: string): Options | undefined {
    if ('within' in meaning) return this.within(meaning.within, value, path)
    if ('replication' in meaning) return value ? this.#replication(meaning.replication, value, path) : undefined
    if ('login' in meaning) {
      const ask = meaning.perServer ? perServer(meaning.login as CredentialsProvider) : meaning.login
      this.draft.setPassword({ kind: 'login', ask }, `option ${path}`)
      return undefined
    }
    if (value) this.draft.problem(path, `option ${path}: ${meaning.refused}`)
    return undefined
  }

  within(spelling: Spelling, value: unknown, path: string): Options | undefined {
    if (!isText(value)) return this.#read(value, spelling, path)
    this.#takeUrl(value, `option ${path}`)
    return undefined
  }

  /**
   * Reads a replication block. The primary's options override those beside the block, as in Sequelize and TypeORM; a
   * port beside it also holds for the replicas.
   */
  #replication({ primary, replicas, entry }: ReplicationMeaning, value: unknown, path: string): Options | undefined {
    const unfit = unreadable(value, [primary, replicas])
    if (unfit) {
      this.draft.problem(path, `option ${path} must be an object with ${primary} and ${replicas}, ${unfit}`)
      return undefined
    }
    const { visible: rest, all } = propertiesOf(value as object, [primary, replicas])
    const { [primary]: first, [replicas]: others } = all
    delete rest[primary]
    delete rest[replicas]
    const { port } = this.draft.values
    if (first !== undefined && first !== null) this.#readPrimary(entry, first, `${path}.${primary}`)
    if (others !== undefined && others !== null) {
      const where = `${path}.${replicas}`
      const read = Array.isArray(others)
        ? Array.from(others, (one, index) => readReplica(one, entry, `${where}[${index}]`))
        : [readReplica(others, entry, where)]
      this.draft.replicas = { value: read.map((replica) => withPort(replica, port)), source: `option ${where}` }
    }
    return Object.keys(rest).length > 0 ? rest : undefined
  }

  #readPrimary(entry: Spelling, value: unknown, path: string): void {
    const reader = new Reader()
    reader.within(entry, value, path)
    const url = reader.#url
    if (url) {
      // A URL names the whole server.
      for (const name of ['host', 'hostaddr', 'port'] as const) this.draft.unset(name)
      this.#url = url
    } else if (reader.draft.values.host ?? reader.draft.values.hostaddr) {
      this.draft.unset('host')
      this.draft.unset('hostaddr')
      if (this.#url) this.#url = { ...this.#url, value: withoutPlace(this.#url.value) }
    }
    this.draft.overrule(reader.draft)
  }

  #take(meaning: Exclude<Meaning, object | 'milliseconds'>, value: unknown, path: string): undefined {
    const source = `option ${path}`
    if (meaning === 'url') this.#takeUrl(value, source)
    else if (meaning === 'ssl') readSsl(value, path, this.draft)
    else if (meaning === 'keepAlive') this.#takeBoolean('keepalives', ['0', '1'], value, source)
    else if (meaning === 'channelBinding') this.#takeBoolean('channel_binding', ['disable', 'prefer'], value, source)
    else if (meaning === 'keepAliveDelay') this.#takeDelay(value, source)
    else if (meaning === 'maxLifetimeMillis') this.#takeLimit('maxLifetimeSeconds', value, source, 1000)
    else if (meaning.startsWith('pool.')) this.#takeLimit(meaning.slice(5) as PoolLimit, value, source)
    else if (meaning === 'password' && typeof value === 'function') {
      this.draft.setPassword({ kind: 'function', read: value as PasswordFunction }, source)
    } else if (meaning !== 'dropped' && meaning !== 'untouched') {
      this.draft.set(meaning as ParameterName, textOfOption(value, source, this.draft), source)
    }
  }

  #takeUrl(value: unknown, source: string): void {
    const text = textOfOption(value, source, this.draft)
    if (text === '') return
    const other = this.#url
    if (!other) this.#url = { value: parseConnectionString(text, source), source, text }
    else if (other.text !== text) this.draft.problem('url', `${source} is not ${other.source}; remove one`)
  }

  #takeBoolean(name: ParameterName, [no, yes]: readonly [string, string], value: unknown, source: string): void {
    if (typeof value === 'boolean') this.draft.set(name, value ? yes : no, source)
    else this.draft.problem(name, `${source} must be true or false, not ${kindOf(value)}`)
  }

  /** Reads a delay. libpq counts seconds; 0 is the system's default for both. */
  #takeDelay(value: unknown, source: string): void {
    const milliseconds = this.#number(value, source, POOL_LIMITS.idleTimeoutMillis) ?? 0
    this.draft.inMilliseconds[source] = milliseconds
    if (milliseconds > 0) this.draft.set('keepalives_idle', String(Math.ceil(milliseconds / 1000)), source)
  }

  #takeLimit(limit: PoolLimit, value: unknown, source: string, unit = 1): void {
    const number = this.#number(value, source, POOL_LIMITS[limit] * unit)
    if (number === undefined) return
    // Libraries round it, each in its own way, or refuse it when the first connection is made.
    if (isCount(limit) && !Number.isInteger(number)) {
      this.draft.problem(source, `${source} must be a whole number, not ${number}`)
    }
    if (unit > 1) this.draft.inMilliseconds[source] = number
    this.draft.pool[limit] = { value: number / unit, source }
  }

  /** Returns a time as a number, or `false`, with which pg is told of none; undefined after a problem. */
  #time(value: unknown, source: string): number | false | undefined {
    if (value === false) return false
    const number = numberOf(value)
    if (typeof number === 'number' && number >= 0 && number <= LONGEST_TIMER_MS) return number
    const range = `a number of milliseconds from 0 to ${LONGEST_TIMER_MS}`
    this.draft.problem(source, `${source} must be ${range}, not ${shown(number, value)}; for 5 s write 5000`)
    return undefined
  }

  /** Returns a number; undefined after a problem. */
  #number(value: unknown, source: string, most: number): number | undefined {
    const number = numberOf(value)
    if (typeof number === 'number' && number >= 0 && number <= most) return number
    const range = typeof number === 'number' && number > most ? `from 0 to ${most}` : 'of 0 or more'
    this.draft.problem(source, `${source} must be a number ${range}, not ${shown(number, value)}`)
    return undefined
  }
}

/** Shows a number that is out of range; of anything else, which may be a secret, its kind. */
function shown(number: unknown, value: unknown): number | string {
  if (typeof value === 'number') return value
  return Number.isFinite(number) ? (number as number) : kindOf(value)
}

/** Returns the number in a text, and anything else as it is. */
function numberOf(value: unknown): unknown {
  return typeof value === 'string' && value.trim() !== '' ? Number(value) : value
}

/** Returns a URL's layer without its overridden server: its user, password and database still hold. */
function withoutPlace(layer: Layer): Layer {
  const { host: _host, hostaddr: _address, port: _port, ...values } = layer.values
  return { ...layer, values }
}

function readReplica(value: unknown, spelling: Spelling, path: string): Replica {
  const source = `option ${path}`
  if (isText(value)) return replicaNamed(String(value), source, 'options')
  const reader = new Reader()
  reader.within(spelling, value, path)
  const { layer, url } = reader.result()
  return replicaOf(source, layer, url)
}

/** Returns a replica with a port, unless its URL names one, which is 5432 by default. */
function withPort({ source, layers }: Replica, port: Sourced<string | Secret> | undefined): Replica {
  if (!port || layers.some((layer) => layer.name === 'url' || layer.values.port)) return { source, layers }
  const draft = new LayerDraft('options')
  draft.set('port', String(port.value), port.source)
  return { source, layers: [...layers, draft] }
}

/**
 * Returns the options with a meaning; a replication block comes last, because the options beside it also hold inside
 * it.
 */
function meaningsOf(options: Options, spelling: Spelling): readonly (readonly [key: string, meaning: Meaning])[] {
  const keys = new Set([...Object.keys(spelling), ...Object.keys(options)])
  const known = [...keys].flatMap((key): (readonly [string, Meaning])[] => {
    const meaning = own(spelling, key) ?? libpqName(key)
    return meaning === undefined || meaning === 'untouched' || !(key in options) ? [] : [[key, meaning]]
  })
  return [
    ...known.filter(([, meaning]) => !isReplication(meaning)),
    ...known.filter(([, meaning]) => isReplication(meaning)),
  ]
}

function isReplication(meaning: Meaning): boolean {
  return typeof meaning === 'object' && 'replication' in meaning
}

/** Returns the parameter of libpq with the option's name, unless the spelling has another meaning for it. */
function libpqName(key: string): ParameterName | undefined {
  return key !== 'service' && key !== 'replication' && Object.hasOwn(PARAMETERS, key)
    ? (key as ParameterName)
    : undefined
}

function urlKey(spelling: Spelling): string {
  return Object.keys(spelling).find((key) => spelling[key] === 'url') ?? 'url'
}
