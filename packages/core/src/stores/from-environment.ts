import { createHash } from 'node:crypto'
import { isHostName } from '../addresses/host-name.ts'
import { cachedAs } from '../credentials/cached.ts'
import type { CredentialsProvider } from '../credentials/credentials.ts'
import { ConfigurationError } from '../errors/configuration-error.ts'
import type { Problem } from '../errors/problem.ts'
import type { Variables } from '../system/process-facts.ts'
import { nearest } from '../text/nearest.ts'
import { shown } from '../text/wording.ts'
import { rdsHost } from '../tls/rds-host.ts'
import { awsParameterStore } from './aws/parameter-store.ts'
import { rdsIam } from './aws/rds-iam.ts'
import { checkedName } from './aws/request.ts'
import { awsSecretsManager } from './aws/secrets-manager.ts'
import { type SecretKeys, secretKeysIn } from './secret-fields.ts'
import { vaultDatabase } from './vault/database.ts'
import { vaultKv } from './vault/kv.ts'

/** What `SECRETS_BACKEND` names. */
export type Backend =
  | 'env'
  | 'file'
  | 'aws-secrets-manager'
  | 'aws-parameter-store'
  | 'rds-iam'
  | 'vault'
  | 'vault-database'

/** The provider that the variables choose; undefined for `env` and `file`, whose variables are read anyway. */
export function providerOf(
  backend: string,
  variables: Variables,
): CredentialsProvider | undefined | readonly Problem[] {
  const make = own(backend)
  if (make === undefined) return [unknown(backend)]
  try {
    return shared(backend, variables, make)
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems
    throw error
  }
}

const MAKERS: Readonly<Record<Backend, (variables: Variables) => CredentialsProvider | undefined>> = {
  env: () => undefined,
  file: passwordFile,
  'aws-secrets-manager': (variables) =>
    awsSecretsManager({ secretId: secretNameIn(variables), ...regionIn(variables), ...keysIn(variables) }),
  'aws-parameter-store': (variables) =>
    awsParameterStore({ name: secretNameIn(variables), ...regionIn(variables), ...keysIn(variables) }),
  'rds-iam': (variables) => rdsIam({ ...regionIn(variables), ...endpointIn(variables) }),
  vault: (variables) =>
    vaultKv({ path: needed('VAULT_PATH', variables, 'the path of the secret'), ...keysIn(variables) }, variables),
  'vault-database': databaseEngine,
}

function own(backend: string): (typeof MAKERS)[Backend] | undefined {
  return Object.hasOwn(MAKERS, backend) ? MAKERS[backend as Backend] : undefined
}

function databaseEngine(variables: Variables): CredentialsProvider {
  const { VAULT_DB_ROLE: role, VAULT_DB_STATIC_ROLE: staticRole, VAULT_DB_MOUNT: mount } = variables
  if (role && staticRole)
    throw wrong('VAULT_DB_ROLE', 'VAULT_DB_ROLE and VAULT_DB_STATIC_ROLE are both set; remove one')
  const which = staticRole ? { staticRole } : { role: needed('VAULT_DB_ROLE', variables, 'the name of the role') }
  return vaultDatabase({ ...which, ...(mount && { mount }) }, variables)
}

/** What is read from files is read anyway; here it is made sure that there is any. */
function passwordFile(variables: Variables): undefined {
  const named = Object.keys(variables).some((name) => variables[name] && FILE_VARIABLE.test(name))
  if (!named) throw wrong('DB_PASSWORD_FILE', `${NEEDS_FILE}; set it to the path of the file that holds the password`)
}

const NEEDS_FILE = 'SECRETS_BACKEND=file needs DB_PASSWORD_FILE'
const FILE_VARIABLE =
  /^(FILE__(DB_PASS|DB_PASSWORD|DATABASE(_PRIMARY|_WRITE)?_URL)|(DB_PASS|DB_PASSWORD|DATABASE(_PRIMARY|_WRITE)?_URL)__?FILE|PGPASSFILE)$/

function regionIn({ AWS_REGION: region }: Variables): { region?: string } {
  return region ? { region } : {}
}

function keysIn({ DB_SECRET_KEYS: keys }: Variables): { keys?: SecretKeys } {
  return keys ? { keys: secretKeysIn(keys) } : {}
}

/** `orders.abc123.eu-west-1.rds.amazonaws.com` or the same with a port. */
function endpointIn({ DB_IAM_HOST: endpoint }: Variables): { hostname?: string; port?: number } {
  if (!endpoint) return {}
  const [, hostname, port] = /^([\w.-]+?)(?::(\d{1,5}))?$/.exec(endpoint) ?? []
  if (hostname && rdsHost(hostname)) return { hostname, ...(port && { port: Number(port) }) }
  const example = 'orders.abc123.eu-west-1.rds.amazonaws.com'
  const told = isHostName(endpoint) ? `DB_IAM_HOST=${shown(endpoint)}` : 'DB_IAM_HOST'
  throw wrong('DB_IAM_HOST', `${told} is no endpoint of RDS; write it as ${example}, or with :port`)
}

function secretNameIn(variables: Variables): string {
  return checkedName(needed('DB_SECRET_ID', variables), 'DB_SECRET_ID')
}

function needed(name: string, variables: Variables, what = 'the name of the secret'): string {
  const value = variables[name]
  if (value) return value
  throw wrong(name, `SECRETS_BACKEND=${variables.SECRETS_BACKEND} needs ${name}; set it to ${what}`)
}

function wrong(parameter: string, message: string): ConfigurationError {
  return new ConfigurationError([{ parameter, message }])
}

function unknown(backend: string): Problem {
  const meant = nearest(backend, Object.keys(MAKERS))
  const words = meant ? `did you mean ${meant}?` : `it is one of ${Object.keys(MAKERS).join(', ')}`
  return { parameter: 'SECRETS_BACKEND', message: `invalid SECRETS_BACKEND value ${shown(backend)}; ${words}` }
}

/** Pools with the same variables ask the same provider, and so share its answers. */
const providers = new Map<string, CredentialsProvider>()

function shared(
  backend: string,
  variables: Variables,
  make: (typeof MAKERS)[Backend],
): CredentialsProvider | undefined {
  const named = Object.entries(variables).filter(([name]) =>
    /^(FILE__)?(AWS_|VAULT_|DB_SECRET_|DB_IAM_|SECRETS_CACHE_)/.test(name),
  )
  // A digest, because the variables may hold a token and the map must not.
  const key = createHash('sha256')
    .update(JSON.stringify([backend, named.sort()]))
    .digest('base64')
  const provider = providers.get(key) ?? kept(make(variables), backend, variables)
  if (provider) providers.set(key, provider)
  return provider
}

/** `SECRETS_CACHE_TTL`: for how many seconds a secret is used before it is asked for again; 300 by default. */
function kept(
  provider: CredentialsProvider | undefined,
  backend: string,
  { SECRETS_CACHE_TTL: ttl }: Variables,
): CredentialsProvider | undefined {
  if (!provider || !ttl) return provider
  const seconds = /^\d{1,5}$/.test(ttl) ? Number(ttl) : 0
  if (seconds === 0) {
    const what = `invalid SECRETS_CACHE_TTL value ${shown(ttl)}`
    throw wrong('SECRETS_CACHE_TTL', `${what}; it must be a whole number of seconds from 1 to 99999`)
  }
  return cachedAs(`SECRETS_BACKEND=${backend}`, provider, { ttlMs: seconds * 1000 })
}
