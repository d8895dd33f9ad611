import type { CredentialsProvider } from '../credentials/credentials.ts'
import { ConfigurationError } from '../errors/configuration-error.ts'
import { problemWith } from '../errors/finding.ts'
import type { Variables } from '../system/process-facts.ts'
import { type SecretKeys, secretKeysIn } from './secret-fields.ts'

/** A store of secrets, named by `SECRETS_BACKEND`. */
export interface Store {
  /** The value of `SECRETS_BACKEND`. */
  readonly id: string
  /** One line for the documentation: the secrets that it reads. */
  readonly reads: string
  /** The npm package that it needs, an optional peer; absent if Node suffices. */
  readonly package?: string
  /** The variables that locate the secret, with a few words for the documentation if the name is not enough. */
  readonly variables: readonly StoreVariable[]
  /** Prefixes of further variables that the store or its package reads, such as `AWS_`. */
  readonly prefixes?: readonly string[]
  /**
   * Returns the provider; undefined if the secret is in variables and files that are always read.
   *
   * @throws {@link ConfigurationError} `CONFIGURATION` naming the variable that is missing or wrong.
   */
  fromVariables(variables: Variables): CredentialsProvider | undefined
}

/** A variable of a store. */
export interface StoreVariable {
  readonly name: string
  readonly note?: string
}

/** `DB_SECRET_KEYS` renames the fields of a secret. */
export const SECRET_KEYS: StoreVariable = { name: 'DB_SECRET_KEYS' }

export function keysIn({ DB_SECRET_KEYS: keys }: Variables): { keys?: SecretKeys } {
  return keys ? { keys: secretKeysIn(keys) } : {}
}

/**
 * Returns the value of a variable.
 *
 * @throws {@link ConfigurationError} `CONFIGURATION` if it is not set.
 */
export function requiredVariable(name: string, variables: Variables, what = 'the name of the secret'): string {
  const value = variables[name]
  if (value) return value
  throw wrongVariable(name, `SECRETS_BACKEND=${variables.SECRETS_BACKEND} needs ${name}; set it to ${what}`)
}

export function wrongVariable(parameter: string, message: string): ConfigurationError {
  return new ConfigurationError([problemWith(parameter, message)])
}
