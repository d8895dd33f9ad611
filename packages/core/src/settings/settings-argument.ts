import type { PolicyName } from '../policy/policy-name.ts'
import { parseConnectionString } from './connection-string.ts'
import { contradictions } from './contradictions.ts'
import { insteadOf } from './foreign-words.ts'
import { type Layer, LayerDraft, type PoolLimit } from './layer.ts'
import { nearest } from './nearest.ts'
import { kindOf, textOfOption } from './option-text.ts'
import { own } from './own.ts'
import { PARAMETER_NAMES, PARAMETERS, type ParameterName } from './parameters.ts'
import { parseInteger } from './parse-parameter.ts'
import type { Settings } from './settings.ts'
import type { Sourced } from './sourced.ts'
import { shown } from './wording.ts'

const LIMITS: readonly PoolLimit[] = ['min', 'max', 'connectionTimeoutMillis', 'idleTimeoutMillis']
const BESIDES = ['url', 'secrets', 'policy', 'pool', 'environment', 'servername']
const KEYS = [...BESIDES, ...PARAMETER_NAMES]

/** Reads the `settings` argument: what it says itself, and what its URL says. */
export function readSettings(settings: Settings): { readonly layer: Layer; readonly url?: Sourced<Layer> } {
  const draft = new LayerDraft('settings')
  let url: Sourced<Layer> | undefined
  for (const key of Object.getOwnPropertyNames(settings)) {
    const value: unknown = settings[key as keyof Settings]
    if (value === undefined || value === null || (value === '' && BESIDES.includes(key))) continue
    const source = `settings.${key}`
    if (key === 'url') {
      const text = textOfOption(value, source, draft)
      if (text) url = { value: parseConnectionString(text, source), source }
    } else if (Object.hasOwn(PARAMETERS, key)) readParameter(key as ParameterName, value, source, draft)
    else if (BESIDES.includes(key)) readBesides(key, value, source, draft)
    else draft.problem(key, `unknown setting ${shown(key)}; ${advice(key)}`)
  }
  if (url) draft.problems.push(...contradictions(draft, url.value))
  return { layer: draft, ...(url && { url }) }
}

function readParameter(name: ParameterName, value: unknown, source: string, draft: LayerDraft): void {
  if (name === 'password' && typeof value === 'function') {
    draft.passwords.push({ value: { kind: 'function', read: value as () => string }, source })
  } else {
    draft.set(name, typeof value === 'boolean' ? String(Number(value)) : textOfOption(value, source, draft), source)
  }
}

function readBesides(key: string, value: unknown, source: string, draft: LayerDraft): void {
  if (key === 'servername') {
    const text = textOfOption(value, source, draft)
    if (text) draft.servername = { value: text, source }
  } else if (key === 'policy') {
    if (typeof value === 'string') draft.policy = value as PolicyName
    else if (isRecord(value)) readPolicy(value, draft)
    else draft.problem(key, `${source} must be the name of a policy or an object, not ${kindOf(value)}`)
  } else if (key === 'secrets') {
    if (typeof value === 'function') {
      const provide = value as NonNullable<Settings['secrets']>
      draft.passwords.push({ value: { kind: 'provider', provide }, source })
    } else draft.problem(key, `${source} must be a function that gives credentials, not ${kindOf(value)}`)
  } else if (!isRecord(value)) draft.problem(key, `${source} must be an object, not ${kindOf(value)}`)
  else if (key === 'pool') readPool(value, source, draft)
}

function readPolicy({ use, allow, ...others }: Readonly<Record<string, unknown>>, draft: LayerDraft): void {
  for (const key of Object.keys(others)) {
    draft.problem(`policy.${key}`, `unknown setting ${shown(`policy.${key}`)}; it has use and allow`)
  }
  if (allow !== undefined && allow !== null && !isRecord(allow)) {
    const message = `settings.policy.allow must be an object of rules and reasons, not ${kindOf(allow)}`
    draft.problem('policy.allow', message)
    return
  }
  draft.policy = {
    ...(use ? { use: use as PolicyName } : {}),
    ...(allow ? { allow: allow as Record<string, string> } : {}),
  }
}

function readPool(value: Readonly<Record<string, unknown>>, source: string, draft: LayerDraft): void {
  for (const [key, limit] of Object.entries(value)) {
    const known = LIMITS.find((name) => name === key)
    if (!known) {
      draft.problem(`pool.${key}`, `unknown setting ${shown(`pool.${key}`)}; it has ${LIMITS.join(', ')}`)
    } else if (limit !== undefined && limit !== null) {
      const path = `${source}.${key}`
      const parsed = parseInteger(`pool.${key}`, [0, 2 ** 31 - 1], { value: String(limit), source: path })
      if ('value' in parsed) draft.pool[known] = { value: parsed.value, source: path }
      else draft.problems.push(parsed.problem)
    }
  }
}

/** What to write instead of a word that is no setting: pg's and Node's words have their own. */
function advice(key: string): string {
  const words: Readonly<Record<string, string>> = {
    ssl: 'use sslmode, sslrootcert, sslcert and sslkey',
    connectionString: 'use url',
    ca: 'use sslrootcert',
    cert: 'use sslcert',
    key: 'use sslkey',
    passphrase: 'use sslpassword',
    dbname: 'use database',
  }
  const meant = nearest(key, KEYS)
  return own(words, key) ?? insteadOf(key) ?? (meant ? `did you mean ${meant}?` : 'there is none of this name')
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
