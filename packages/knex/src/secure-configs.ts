import { configurationsOf, type EnvironmentBlocks, type Settings } from '@verifull/core/adapter'
import type { Knex } from 'knex'
import { type SecureConfig, secureConfig } from './secure-config.ts'

/**
 * Returns an object with a configuration for each environment, as a knexfile has it.
 *
 * Each is a result of {@link secureConfig}, made when it is read, so that settings of other environments may be missing
 * here. Its policy is the one that its settings name, else the one that its key names, else `production`. A refused one
 * throws the refusal, with every problem listed, when it is used, before any connection.
 *
 * @param environments For each key: options, `[options, settings]`, or a function that returns either.
 * @param settings Settings of all environments. Default: none.
 * @throws {@link ConfigurationError} `CONFIGURATION` if `environments` is no object.
 *
 * @example
 * import { secureConfigs } from '@verifull/knex'
 *
 * const configs = secureConfigs({
 *   development: { connection: { host: 'localhost', user: 'me' } },
 *   production: { connection: { host: 'db.example', user: 'shop' } },
 * })
 * console.log(configs.development.connection.host) // /only-verifull-may-connect
 */
export function secureConfigs<Environments extends EnvironmentBlocks<string | Knex.Config>>(
  environments: Environments,
  settings?: Settings,
): { readonly [Name in keyof Environments]: SecureConfig } {
  return configurationsOf<string | Knex.Config, SecureConfig>(environments, settings, secureConfig) as never
}
