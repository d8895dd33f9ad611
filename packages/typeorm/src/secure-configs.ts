import { configurationsOf, type EnvironmentBlocks, type Settings } from '@verifull/core/adapter'
import { secureConfig } from './secure-config.ts'
import type { PostgresOptions, TypeormOptions } from './typeorm-options.ts'

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
 * import { secureConfigs } from '@verifull/typeorm'
 *
 * const configs = secureConfigs({
 *   development: { host: 'localhost', username: 'me' },
 *   production: { host: 'db.example', username: 'shop' },
 * })
 * console.log(configs.development.type) // postgres
 */
export function secureConfigs<Environments extends EnvironmentBlocks<Partial<TypeormOptions>>>(
  environments: Environments,
  settings?: Settings,
): { readonly [Name in keyof Environments]: PostgresOptions } {
  const secure = (options: Partial<TypeormOptions>, own: Settings) => secureConfig(options, own)
  return configurationsOf<Partial<TypeormOptions>, PostgresOptions>(environments, settings, secure) as never
}
