import { ConfigurationError } from '../errors/configuration-error.ts'
import type { ParameterName } from '../parameters/parameters.ts'
import { parseBoolean, parseInteger } from '../parameters/parse-parameter.ts'
import { type PoolLimit, rangeOf } from '../parameters/pool-limit.ts'
import { providerOf } from '../stores/from-environment.ts'
import type { Environment } from '../system/environment.ts'
import { type Found, findVariable, textOf } from '../system/environment-variable.ts'
import type { Variables } from '../system/process-facts.ts'
import { readSecret } from '../system/text-file.ts'
import { printable } from '../text/printable.ts'
import { fileNamed } from '../text/quote.ts'
import type { Sourced } from '../text/sourced.ts'
import { parseConnectionString } from './connection-string.ts'
import type { Layer } from './layer.ts'
import { LayerDraft } from './layer-draft.ts'
import { readReplicaHosts } from './replica-variables.ts'

/**
 * The use of a `_FILE` variable: read once, read again for each connection, or not read because the parameter is a
 * path.
 */
type FileUse = 'once' | 'again' | 'path'

/** Each parameter, the use of a `_FILE` variable, and the variables for the parameter, the first before the others. */
export const DB_VARIABLES: readonly (readonly [ParameterName, FileUse, ...string[]])[] = [
  ['host', 'once', 'DB_HOST'],
  ['port', 'once', 'DB_PORT'],
  ['database', 'once', 'DB_NAME', 'DB_DATABASE'],
  ['user', 'again', 'DB_USER', 'DB_USERNAME'],
  ['password', 'again', 'DB_PASSWORD', 'DB_PASS'],
  ['sslmode', 'once', 'DB_SSL_MODE'],
  ['sslrootcert', 'path', 'DB_SSL_CA', 'DB_CA_CERT', 'DB_CA_CERT_PATH'],
  ['sslcert', 'path', 'DB_SSL_CERT', 'DB_CLIENT_CERT_PATH'],
  ['sslkey', 'path', 'DB_SSL_KEY', 'DB_CLIENT_KEY_PATH'],
]

/** Each limit of the pool and its variable. */
export const DB_LIMITS: readonly (readonly [PoolLimit, string])[] = [
  ['min', 'DB_POOL_MIN'],
  ['max', 'DB_POOL_MAX'],
  ['instances', 'DB_POOL_INSTANCES'],
  ['connectionTimeoutMillis', 'DB_CONNECTION_TIMEOUT'],
  ['idleTimeoutMillis', 'DB_IDLE_TIMEOUT'],
]

/** The variables for the URL of the primary. */
export const DATABASE_URLS = ['DATABASE_URL', 'DATABASE_PRIMARY_URL', 'DATABASE_WRITE_URL']

/** Reads the `DATABASE_URL` variables; undefined if none is set. */
export function readDatabaseUrl({ variables }: Environment): Sourced<Layer> | undefined {
  const draft = new LayerDraft('url')
  const found = findVariable(variables, DATABASE_URLS, draft, 'url')
  if (!found) return undefined
  const text = textOf(found, draft, 'url')
  const failed = !text || draft.problems.length > 0
  return { value: failed ? draft : parseConnectionString(text.value, text.source), source: found.source }
}

/** Reads the `DB_*` variables, each also as `…_FILE`. */
export function readDbVariables(environment: Environment): Layer {
  const { variables } = environment
  const draft = new LayerDraft('DB_*')
  for (const [name, use, ...names] of DB_VARIABLES) {
    const found = findVariable(variables, names, draft, name)
    if (!found) continue
    if (use === 'again' && found.file) rereadLater(name, found, draft)
    else {
      const text = use === 'path' ? found : textOf(found, draft, name)
      if (text) draft.set(name, text.value, text.source)
    }
  }
  for (const [limit, name] of DB_LIMITS) readLimit(limit, name, variables, draft)
  if (variables.DB_FAILOVER_TIMEOUT) draft.setFailoverTimeout(variables.DB_FAILOVER_TIMEOUT, 'DB_FAILOVER_TIMEOUT')
  if (variables.DB_READ_REPLICA_MAX_LAG) draft.setMaxLag(variables.DB_READ_REPLICA_MAX_LAG, 'DB_READ_REPLICA_MAX_LAG')
  readTls(variables, draft)
  readKeyExchange(variables, draft)
  readReplicaHosts(environment, draft)
  readBackend(variables, draft)
  const warnings = readBoolean('VERIFULL_WARNINGS', variables, draft)
  if (warnings !== undefined) draft.warnings = warnings
  return draft
}

/** Notes a file that is read for each connection; its problems are reported at once. */
function rereadLater(name: ParameterName, { value: path, source }: Found, draft: LayerDraft): void {
  if (name === 'user') {
    textOf({ value: path, source, file: true }, draft, name)
    draft.userFile = { value: path, source }
    return
  }
  const read = readSecret(path)
  if ('reason' in read) draft.problem(name, `${fileNamed(path, source)} ${read.reason}`)
  draft.passwords.push({ value: { kind: 'file', path }, source })
}

function readLimit(limit: PoolLimit, name: string, variables: Variables, draft: LayerDraft): void {
  const value = variables[name]
  if (!value) return
  const parsed = parseInteger(`pool.${limit}`, rangeOf(limit), { value, source: name })
  if ('value' in parsed) draft.pool[limit] = { value: parsed.value, source: name }
  else draft.problems.push(parsed.problem)
}

/** Reads `SECRETS_BACKEND`: the store, with the variables that belong to it. */
function readBackend(variables: Variables, draft: LayerDraft): void {
  const { SECRETS_BACKEND: backend } = variables
  if (!backend) return
  const made = providerOf(backend, variables)
  const source = `SECRETS_BACKEND=${printable(backend, 60)}`
  if (typeof made === 'function') draft.passwords.push({ value: { kind: 'provider', provide: made }, source })
  else if (made) {
    draft.problems.push(...made)
    if (draft.passwords.length > 0) return
    // A store with wrong variables still excludes other sources of user and password.
    const provide = () => Promise.reject(new ConfigurationError(made))
    draft.passwords.push({ value: { kind: 'provider', provide }, source })
  }
}

/**
 * Reads TLS variables: `DB_SSL` turns it on, `DB_SSL_MODE` names the mode, `DB_SSL_REJECT_UNAUTHORIZED` and
 * `DB_SSL_VERIFY` control the verification.
 */
function readTls(variables: Variables, draft: LayerDraft): void {
  const encrypt = readBoolean('DB_SSL', variables, draft)
  if (encrypt === true) draft.encrypt = { value: true, source: 'DB_SSL=true' }
  if (encrypt === false) refuseTls(draft)
  for (const name of ['DB_SSL_REJECT_UNAUTHORIZED', 'DB_SSL_VERIFY']) {
    const verify = readBoolean(name, variables, draft)
    if (verify === undefined) continue
    if (!verify) draft.verificationOff.push(`${name}=false`)
    // With DB_SSL=false beside it, as in templates of .env files, there is nothing to verify.
    if (encrypt !== false && !draft.values.sslmode) draft.set('sslmode', verify ? 'verify-full' : 'require', name)
  }
}

function readKeyExchange(variables: Variables, draft: LayerDraft): void {
  const found = findVariable(variables, ['DB_KEY_EXCHANGE'], draft, 'keyExchange')
  const text = found && textOf(found, draft, 'keyExchange')
  if (text) draft.setKeyExchange(text.value, text.source)
}

function refuseTls(draft: LayerDraft): void {
  const mode = draft.values.sslmode
  if (mode && mode.value !== 'disable') {
    draft.problem('sslmode', `DB_SSL=false contradicts sslmode=${mode.value} (from ${mode.source}); remove one`)
  } else {
    draft.set('sslmode', 'disable', 'DB_SSL')
  }
}

function readBoolean(name: string, variables: Variables, draft: LayerDraft): boolean | undefined {
  const value = variables[name]
  if (!value) return undefined
  const parsed = parseBoolean(name, { value, source: name })
  if ('value' in parsed) return parsed.value
  draft.problems.push(parsed.problem)
  return undefined
}
