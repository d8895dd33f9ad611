import { configurationsOf, type EnvironmentBlocks, type Settings } from '@verifull/core/adapter'
import { secureConfig } from './secure-config.ts'
import type { SecureConfig, SequelizeOptions } from './sequelize-options.ts'

/**
 * Returns an object with a configuration for each environment, as applications choose from it.
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
 * import { secureConfigs } from '@verifull/sequelize/v7'
 *
 * const configs = secureConfigs({
 *   development: { host: 'localhost', user: 'me' },
 *   production: { host: 'db.example', user: 'shop' },
 * })
 * console.log(configs.development.user) // me
 */
export function secureConfigs<Environments extends EnvironmentBlocks<string | SequelizeOptions>>(
  environments: Environments,
  settings?: Settings,
): { readonly [Name in keyof Environments]: SecureConfig } {
  return configurationsOf<string | SequelizeOptions, SecureConfig>(environments, settings, secureConfig) as never
}
