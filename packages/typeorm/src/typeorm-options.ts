import type { DataSourceOptions } from 'typeorm'

/** TypeORM's own options for PostgreSQL, of the installed version. */
export type PostgresOptions = Extract<DataSourceOptions, { type: 'postgres' }>

/** The options that an application writes: TypeORM's, without those set by Verifull. */
export type TypeormOptions = Omit<PostgresOptions, 'type' | 'driver' | 'nativeDriver'> & {
  readonly type?: 'postgres'
  readonly driver?: undefined
  readonly nativeDriver?: undefined
}

/** The options of a `DataSource`; keys that are not TypeORM's, such as NestJS's, keep their types. */
export type SecureConfig<Options extends object = object> = Omit<Options, keyof PostgresOptions> &
  PostgresOptions &
  AsyncDisposable
