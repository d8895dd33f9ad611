import { createHash } from 'node:crypto'
import type { CredentialsProvider } from '../credentials/credentials.ts'
import { ConfigurationError } from '../errors/configuration-error.ts'
import type { Problem } from '../errors/problem.ts'
import type { Variables } from '../settings/environment.ts'
import { nearest } from '../settings/nearest.ts'
import { shown } from '../settings/wording.ts'
import { awsParameterStore } from './aws-parameter-store.ts'
import { awsSecretsManager } from './aws-secrets-manager.ts'
import { rdsIam } from './rds-iam.ts'
import { vaultDatabase } from './vault-database.ts'
import { vaultKv } from './vault-kv.ts'
import { resolveVault } from './vault-variables.ts'

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
  file: () => undefined,
  'aws-secrets-manager': (variables) =>
    awsSecretsManager({ secretId: needed('DB_SECRET_ID', variables), ...regionIn(variables) }),
  'aws-parameter-store': (variables) =>
    awsParameterStore({ name: needed('DB_SECRET_ID', variables), ...regionIn(variables) }),
  'rds-iam': (variables) => rdsIam(regionIn(variables)),
  vault: (variables) => vaultKv({ ...resolveVault({}, variables), path: needed('VAULT_PATH', variables) }),
  'vault-database': databaseEngine,
}

function own(backend: string): (typeof MAKERS)[Backend] | undefined {
  return Object.hasOwn(MAKERS, backend) ? MAKERS[backend as Backend] : undefined
}

function databaseEngine(variables: Variables): CredentialsProvider {
  const { VAULT_DB_ROLE: role, VAULT_DB_STATIC_ROLE: staticRole, VAULT_DB_MOUNT: mount } = variables
  if (role && staticRole)
    throw wrong('VAULT_DB_ROLE', 'VAULT_DB_ROLE and VAULT_DB_STATIC_ROLE are both set; remove one')
  const which = staticRole ? { staticRole } : { role: needed('VAULT_DB_ROLE', variables) }
  return vaultDatabase({ ...resolveVault({}, variables), ...which, ...(mount && { mount }) })
}

function regionIn({ AWS_REGION: region }: Variables): { region?: string } {
  return region ? { region } : {}
}

function needed(name: string, variables: Variables): string {
  const value = variables[name]
  if (value) return value
  throw wrong(name, `SECRETS_BACKEND=${variables.SECRETS_BACKEND} needs ${name}; set it to the name of the secret`)
}

function wrong(parameter: string, message: string): ConfigurationError {
  return new ConfigurationError([{ parameter, message }])
}

function unknown(backend: string): Problem {
  const meant = nearest(backend, Object.keys(MAKERS))
  const words = meant ? `did you mean ${meant}?` : `it is one of ${Object.keys(MAKERS).join(', ')}`
  return { parameter: 'secrets', message: `invalid SECRETS_BACKEND value ${shown(backend)}; ${words}` }
}

/** Pools with the same variables ask the same provider, and so share its answers. */
const providers = new Map<string, CredentialsProvider | undefined>()

function shared(
  backend: string,
  variables: Variables,
  make: (typeof MAKERS)[Backend],
): CredentialsProvider | undefined {
  const named = Object.entries(variables).filter(([name]) => /^(AWS_|VAULT_|DB_SECRET_)/.test(name))
  // A digest, because the variables may hold a token and the map must not.
  const key = createHash('sha256')
    .update(JSON.stringify([backend, named.sort()]))
    .digest('base64')
  if (!providers.has(key)) providers.set(key, make(variables))
  return providers.get(key)
}
