import { configurationsOf, type EnvironmentBlocks, type Settings } from '@verifull/core/adapter'
import { secureConfig } from './secure-config.ts'
import type { SecureConfig, SequelizeOptions } from './sequelize-options.ts'

/**
 * Gives an object with a configuration for each environment, as the configuration of sequelize-cli has it.
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
 * import { secureConfigs } from '@verifull/sequelize'
 *
 * const configs = secureConfigs({
 *   development: { host: 'localhost', username: 'me' },
 *   production: { use_env_variable: 'PRODUCTION_URL' },
 * })
 * console.log(configs.development.username) // me
 */
export function secureConfigs<Environments extends EnvironmentBlocks<string | SequelizeOptions>>(
  environments: Environments,
  settings?: Settings,
): { readonly [Name in keyof Environments]: SecureConfig } {
  return configurationsOf<string | SequelizeOptions, SecureConfig>(environments, settings, secureConfig) as never
}
