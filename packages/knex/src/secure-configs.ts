import { configurationsOf, type EnvironmentBlocks, type Settings } from '@verifull/core/adapter'
import type { Knex } from 'knex'
import { type SecureConfig, secureConfig } from './secure-config.ts'

/**
 * Gives an object with a configuration for each environment, as a knexfile has it.
 *
 * Each is what {@link secureConfig} gives and is made when it is read, so what other environments need may be missing
 * here. Its policy is the one that its settings name, else the one that its key names, else `production`. One that is
 * refused throws the refusal, with every problem listed, when it is used, before any connection.
 *
 * @param environments For each key options, or `[options, settings]`, or a function that gives either.
 * @param settings For all of them.
 * @throws {@link ConfigurationError} where `environments` is no object.
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
