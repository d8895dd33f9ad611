import type { PasswordFunction } from '../credentials/credentials.ts'
import { parseConnectionString } from './connection-string.ts'
import { contradictions } from './contradictions.ts'
import { type Layer, LayerDraft, type PoolLimit } from './layer.ts'
import { type Meaning, PG_SPELLING, type Spelling } from './option-spelling.ts'
import { kindOf, textOfOption } from './option-text.ts'
import { own } from './own.ts'
import { PARAMETERS, type ParameterName } from './parameters.ts'
import type { Sourced } from './sourced.ts'
import { readSsl } from './ssl-option.ts'

/** Options of a driver or an ORM. */
export type Options = Readonly<Record<string, unknown>>

/** The options as settings, and the rest of them, which the driver may have. */
export interface ReadOptions {
  /** What the options say themselves. */
  readonly layer: Layer
  /** What their connection string says. */
  readonly url?: Sourced<Layer>
  /** The options without all that was read; the object that was given is not touched. */
  readonly rest: Options
}

/** Reads the options that concern the connection and takes them out. */
export function readOptions(options: object | string = {}, spelling: Spelling = PG_SPELLING): ReadOptions {
  const reader = new Reader()
  const given = typeof options === 'string' ? { [urlKey(spelling)]: options } : (options as Options)
  if (typeof given !== 'object') {
    reader.draft.problem('options', `options must be an object or a connection string, not ${kindOf(given)}`)
    return { layer: reader.draft, rest: {} }
  }
  const rest = reader.read(given, spelling, '')
  if (reader.url) reader.draft.problems.push(...contradictions(reader.draft, reader.url.value))
  return { layer: reader.draft, ...(reader.url && { url: reader.url }), rest }
}

/** The longest timer that Node has; a longer one would go off at once. */
const MOST = 2 ** 31 - 1

class Reader {
  readonly draft = new LayerDraft('options')
  url?: Sourced<Layer>

  read(options: Options, spelling: Spelling, prefix: string): Options {
    const rest: Record<string, unknown> = { ...options }
    for (const key of new Set([...Object.keys(spelling), ...Object.getOwnPropertyNames(options)])) {
      const meaning = own(spelling, key) ?? libpqName(key)
      if (meaning === undefined || meaning === 'untouched' || !(key in options)) continue
      delete rest[key]
      const value = options[key]
      if (value === undefined || value === null) continue
      const path = `${prefix}${key}`
      if (typeof meaning !== 'object') this.#take(meaning, value, path)
      else if (typeof value === 'string') this.#take('url', value, path)
      else if (isRecord(value)) rest[key] = this.read(value, meaning.within, `${path}.`)
      else rest[key] = value
    }
    return rest
  }

  #take(meaning: Exclude<Meaning, object>, value: unknown, path: string): void {
    const source = `option ${path}`
    if (meaning === 'url') this.#takeUrl(value, source)
    else if (meaning === 'ssl') readSsl(value, path, this.draft)
    else if (meaning === 'keepAlive') this.#takeBoolean('keepalives', ['0', '1'], value, source)
    else if (meaning === 'channelBinding') this.#takeBoolean('channel_binding', ['disable', 'prefer'], value, source)
    else if (meaning === 'keepAliveDelay') this.#takeDelay(value, source)
    else if (meaning.startsWith('pool.')) this.#takeLimit(meaning.slice(5) as PoolLimit, value, source)
    else if (meaning === 'password' && typeof value === 'function') {
      this.draft.passwords.push({ value: { kind: 'function', read: value as PasswordFunction }, source })
    } else if (meaning !== 'dropped' && meaning !== 'untouched') {
      this.draft.set(meaning as ParameterName, textOfOption(value, source, this.draft), source)
    }
  }

  #takeUrl(value: unknown, source: string): void {
    const text = textOfOption(value, source, this.draft)
    if (text !== '') this.url = { value: parseConnectionString(text, source), source }
  }

  #takeBoolean(name: ParameterName, [no, yes]: readonly [string, string], value: unknown, source: string): void {
    if (typeof value === 'boolean') this.draft.set(name, value ? yes : no, source)
    else this.draft.problem(name, `${source} must be true or false, not ${kindOf(value)}`)
  }

  /** libpq counts seconds; 0 is the system's default for both. */
  #takeDelay(value: unknown, source: string): void {
    const seconds = Math.ceil(this.#number(value, source) / 1000)
    if (seconds > 0) this.draft.set('keepalives_idle', String(seconds), source)
  }

  #takeLimit(limit: PoolLimit, value: unknown, source: string): void {
    this.draft.pool[limit] = { value: this.#number(value, source), source }
  }

  #number(value: unknown, source: string): number {
    const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
    if (typeof number === 'number' && number >= 0 && number <= MOST) return number
    const range = typeof number === 'number' && number > MOST ? `from 0 to ${MOST}` : 'of 0 or more'
    this.draft.problem(source, `${source} must be a number ${range}`)
    return 0
  }
}

/** libpq's own name is understood wherever the spelling has no other meaning for it. */
function libpqName(key: string): ParameterName | undefined {
  return key !== 'service' && key !== 'replication' && Object.hasOwn(PARAMETERS, key)
    ? (key as ParameterName)
    : undefined
}

function urlKey(spelling: Spelling): string {
  return Object.keys(spelling).find((key) => spelling[key] === 'url') ?? 'url'
}

function isRecord(value: unknown): value is Options {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
