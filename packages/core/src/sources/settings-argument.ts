import { PARAMETER_NAMES, PARAMETERS, type ParameterName } from '../parameters/parameters.ts'
import { parseInteger } from '../parameters/parse-parameter.ts'
import { POOL_LIMITS, type PoolLimit, rangeOf } from '../parameters/pool-limit.ts'
import type { Settings } from '../parameters/settings.ts'
import { insteadOf } from '../parameters/unknown-parameter.ts'
import type { OwnRule } from '../policy/own-rules.ts'
import type { PolicyName } from '../policy/policies.ts'
import type { Variables } from '../system/process-facts.ts'
import { didYouMean } from '../text/did-you-mean.ts'
import { alternatives, quote } from '../text/quote.ts'
import { bare, kindOf, own, propertiesOf, unreadable } from '../text/record.ts'
import type { Sourced } from '../text/sourced.ts'
import { parseConnectionString } from './connection-string.ts'
import { contradictions } from './contradictions.ts'
import type { Layer, Replica } from './layer.ts'
import { LayerDraft } from './layer-draft.ts'
import { isText, textOfOption } from './option-value.ts'
import { replicaNamed, replicaOf } from './replica.ts'

/** Settings of one server besides libpq's parameters; those of all servers follow. */
export const OF_A_SERVER = ['url', 'secrets', 'servername', 'tls', 'keyExchange']
export const OF_ALL = ['failoverTimeoutMs', 'maxLagMs', 'policy', 'pool', 'environment', 'replicas', 'warnings']

/** The values in the settings of one server, and those of their URL. */
export interface ReadSettings {
  readonly layer: Layer
  readonly url?: Sourced<Layer>
}

/** Reads the `settings` argument. */
export function readSettings(settings: Settings): ReadSettings {
  return read(settings, 'settings', [...OF_A_SERVER, ...OF_ALL])
}

/** Returns the `environment` of the settings, if it is an object. */
export function environmentIn(settings: Settings): Variables | undefined {
  const names = ['environment']
  const environment = unreadable(settings, names) ? undefined : propertiesOf(settings, names).all.environment
  if (environment === undefined || environment === null || unreadable(environment, [])) return undefined
  return propertiesOf(environment as object, []).all as Variables
}

function read(settings: unknown, path: string, besides: readonly string[]): ReadSettings {
  const draft = new LayerDraft('settings')
  const names = [...PARAMETER_NAMES, ...besides]
  const unfit = unreadable(settings, names)
  if (unfit) {
    const advice = isText(settings) ? `; give a URL as ${path}.url` : ''
    draft.problem('settings', `${path} must be an object, ${unfit}${advice}`)
    return bare({ layer: draft })
  }
  const { all } = propertiesOf(settings as object, names)
  let url: Sourced<Layer> | undefined
  for (const [key, value] of Object.entries(all)) {
    if (value === undefined || value === null || (value === '' && besides.includes(key))) continue
    const source = `${path}.${key}`
    if (key === 'url') {
      const text = textOfOption(value, source, draft)
      if (text) url = { value: parseConnectionString(text, source), source }
    } else if (Object.hasOwn(PARAMETERS, key)) readParameter(key as ParameterName, value, source, draft)
    else if (besides.includes(key)) readBesides(key, value, source, draft)
    else draft.problem(key, `unknown setting ${quote(key)}; ${advice(key, besides)}`)
  }
  if (url) draft.problems.push(...contradictions(draft, url.value))
  return bare({ layer: draft, ...(url && { url }) })
}

function readParameter(name: ParameterName, value: unknown, source: string, draft: LayerDraft): void {
  if (name === 'password' && typeof value === 'function') {
    draft.setPassword({ kind: 'function', read: value as () => string }, source)
  } else {
    draft.set(name, typeof value === 'boolean' ? String(Number(value)) : textOfOption(value, source, draft), source)
  }
}

function readBesides(key: string, value: unknown, source: string, draft: LayerDraft): void {
  if (key === 'servername') {
    const text = textOfOption(value, source, draft)
    if (text) draft.setServername(text, source)
  } else if (key === 'keyExchange') {
    const text = textOfOption(value, source, draft)
    if (text) draft.setKeyExchange(text, source)
  } else if (key === 'failoverTimeoutMs') {
    draft.setFailoverTimeout(String(value), source)
  } else if (key === 'maxLagMs') {
    draft.setMaxLag(String(value), source)
  } else if (key === 'policy') {
    if (typeof value === 'string') draft.policy = value as PolicyName
    else readPolicy(value, source, draft)
  } else if (key === 'secrets') {
    if (typeof value === 'function') {
      draft.setPassword({ kind: 'provider', provide: value as NonNullable<Settings['secrets']> }, source)
    } else draft.problem(key, `${source} must be a function that gives credentials, not ${kindOf(value)}`)
  } else if (key === 'tls') {
    if (typeof value === 'function') draft.tls = { value: value as NonNullable<Settings['tls']>, source }
    else
      draft.problem(
        key,
        `${source} must be a function that gives TLS material, not ${kindOf(value)}; for a CA use sslrootcert`,
      )
  } else if (key === 'replicas') {
    if (Array.isArray(value)) draft.replicas = { value: readReplicas(value, source), source }
    else draft.problem(key, `${source} must be a list, not ${kindOf(value)}; put one replica in brackets`)
  } else if (key === 'pool') readPool(value, source, draft)
  else if (key === 'warnings') {
    if (typeof value === 'boolean') draft.warnings = value
    else draft.problem(key, `${source} must be true or false, not ${kindOf(value)}`)
  } else {
    const unfit = unreadable(value, [])
    if (unfit) draft.problem(key, `${source} must be an object, ${unfit}`)
  }
}

function readReplicas(entries: readonly unknown[], path: string): readonly Replica[] {
  return Array.from(entries, (entry, index) => {
    const source = `${path}[${index}]`
    if (isText(entry)) return replicaNamed(String(entry), source, 'settings')
    const unfit = unreadable(entry, [...PARAMETER_NAMES, ...OF_A_SERVER])
    if (!unfit) {
      const { layer, url } = read(entry, source, OF_A_SERVER)
      return replicaOf(source, layer, url)
    }
    const draft = new LayerDraft('settings')
    draft.problem('replicas', `a replica must be a host, a URL or an object, ${unfit}`)
    return replicaOf(source, draft)
  })
}

const OF_POLICY = ['use', 'allow', 'rules']

function readPolicy(value: unknown, source: string, draft: LayerDraft): void {
  const unfit = unreadable(value, OF_POLICY)
  if (unfit) {
    draft.problem('policy', `${source} must be the name of a policy or an object, ${unfit}`)
    return
  }
  const { use, allow, rules, ...others } = propertiesOf(value as object, OF_POLICY).all
  for (const key of Object.keys(others)) {
    draft.problem(`policy.${key}`, `unknown setting ${quote(`policy.${key}`)}; it has ${alternatives(OF_POLICY)}`)
  }
  const unfitReasons = allow !== undefined && allow !== null && unreadable(allow, [])
  if (unfitReasons) {
    const message = `settings.policy.allow must be an object of rules and reasons, ${unfitReasons}`
    draft.problem('policy.allow', message)
    return
  }
  draft.policy = bare({
    ...(use ? { use: use as PolicyName } : {}),
    ...(allow ? { allow: propertiesOf(allow, []).all as Record<string, string> } : {}),
    ...(rules ? { rules: rules as readonly OwnRule[] } : {}),
  })
}

function readPool(value: unknown, source: string, draft: LayerDraft): void {
  const names = Object.keys(POOL_LIMITS)
  const unfit = unreadable(value, names)
  if (unfit) {
    draft.problem('pool', `${source} must be an object, ${unfit}`)
    return
  }
  for (const [key, limit] of Object.entries(propertiesOf(value as object, names).all)) {
    if (!Object.hasOwn(POOL_LIMITS, key)) {
      const known = Object.keys(POOL_LIMITS).join(', ')
      draft.problem(`pool.${key}`, `unknown setting ${quote(`pool.${key}`)}; it has ${known}`)
    } else if (limit !== undefined && limit !== null) {
      const name = key as PoolLimit
      const path = `${source}.${key}`
      const parsed = parseInteger(`pool.${key}`, rangeOf(name), { value: String(limit), source: path })
      if ('value' in parsed) draft.pool[name] = { value: parsed.value, source: path }
      else draft.problems.push(parsed.problem)
    }
  }
}

/** Returns the alternative to a word that is no setting, such as an option of pg or Node. */
function advice(key: string, besides: readonly string[]): string {
  const words: Readonly<Record<string, string>> = {
    ssl: 'use sslmode, sslrootcert, sslcert and sslkey',
    connectionString: 'use url',
    ca: 'use sslrootcert',
    cert: 'use sslcert',
    key: 'use sslkey',
    passphrase: 'use sslpassword',
    dbname: 'use database',
  }
  if (OF_ALL.includes(key)) return `it holds for all servers: give it as settings.${key}`
  const meant = didYouMean(key, [...besides, ...PARAMETER_NAMES])
  return own(words, key) ?? insteadOf(key) ?? (meant ? `did you mean ${meant}?` : 'there is none of this name')
}
