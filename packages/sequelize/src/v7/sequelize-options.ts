import type { Options } from '@sequelize/core'
import type { PostgresDialect } from '@sequelize/postgres'

type PostgresOptions = Options<PostgresDialect>

/** The options that an application writes: Sequelize's, without those set by Verifull. */
export interface SequelizeOptions extends Omit<PostgresOptions, 'dialect' | 'native' | 'pgModule' | 'stream'> {
  readonly dialect?: 'postgres' | typeof PostgresDialect
  readonly native?: false
}

/** The options of `new Sequelize()`; keys that are not Sequelize's keep their types. */
export type SecureConfig<Extra extends object = object> = Omit<Extra, keyof PostgresOptions> &
  PostgresOptions &
  AsyncDisposable
