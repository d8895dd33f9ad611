import { createHash } from 'node:crypto'
import { cachedAs } from '../credentials/cached.ts'
import type { CredentialsProvider } from '../credentials/credentials.ts'
import { ConfigurationError } from '../errors/configuration-error.ts'
import { isProblem, type Problem, problemWith } from '../errors/finding.ts'
import type { Variables } from '../system/process-facts.ts'
import { didYouMean } from '../text/did-you-mean.ts'
import { quote } from '../text/quote.ts'
import { AWS_STORES } from './aws/stores.ts'
import { type Store, wrongVariable } from './store.ts'
import { VARIABLE_STORES } from './variable-stores.ts'
import { VAULT_STORES } from './vault/stores.ts'

/** Every value of `SECRETS_BACKEND`. */
export const STORES: readonly Store[] = [...VARIABLE_STORES, ...AWS_STORES, ...VAULT_STORES]

/**
 * Returns the provider that `SECRETS_BACKEND` names; undefined for `env` and `file`, whose variables are always read.
 */
export function providerOf(
  backend: string,
  variables: Variables,
): CredentialsProvider | undefined | readonly Problem[] {
  const store = STORES.find(({ id }) => id === backend)
  if (store === undefined) return [unknown(backend)]
  try {
    return shared(store, variables)
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems.filter(isProblem)
    throw error
  }
}

function unknown(backend: string): Problem {
  const ids = STORES.map(({ id }) => id)
  const meant = didYouMean(backend, ids)
  const words = meant ? `did you mean ${meant}?` : `it is one of ${ids.join(', ')}`
  return problemWith('SECRETS_BACKEND', `invalid SECRETS_BACKEND value ${quote(backend)}; ${words}`)
}

/** Providers by store and variables: pools with the same variables share the cache of one provider. */
const providers = new Map<string, CredentialsProvider>()

const CACHE_TTL = 'SECRETS_CACHE_TTL'

function shared(store: Store, variables: Variables): CredentialsProvider | undefined {
  const read = Object.entries(variables).filter(([name]) => reads(store, name.replace(/^FILE__/, '')))
  // A digest, because the variables may hold a token and the map must not.
  const key = createHash('sha256')
    .update(JSON.stringify([store.id, read.sort()]))
    .digest('base64')
  const provider = providers.get(key) ?? withTtl(store.fromVariables(variables), store.id, variables)
  if (provider) providers.set(key, provider)
  return provider
}

/** True for a variable on which the provider depends. */
function reads({ variables, prefixes = [] }: Store, name: string): boolean {
  return (
    name === CACHE_TTL ||
    variables.some((variable) => name === variable.name) ||
    prefixes.some((prefix) => name.startsWith(prefix))
  )
}

/** `SECRETS_CACHE_TTL`: time between refreshes of a secret, in seconds. Default 300. */
function withTtl(
  provider: CredentialsProvider | undefined,
  backend: string,
  { [CACHE_TTL]: ttl }: Variables,
): CredentialsProvider | undefined {
  if (!provider || !ttl) return provider
  const seconds = /^\d{1,5}$/.test(ttl) ? Number(ttl) : 0
  if (seconds === 0) {
    const what = `invalid ${CACHE_TTL} value ${quote(ttl)}`
    throw wrongVariable(CACHE_TTL, `${what}; it must be a whole number of seconds from 1 to 99999`)
  }
  return cachedAs(`SECRETS_BACKEND=${backend}`, provider, { ttlMs: seconds * 1000 })
}
