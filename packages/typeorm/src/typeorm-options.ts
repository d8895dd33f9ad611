import type { DataSourceOptions } from 'typeorm'

/** TypeORM's own options for PostgreSQL, of whichever version is installed. */
export type PostgresOptions = Extract<DataSourceOptions, { type: 'postgres' }>

/** The options that an application writes: TypeORM's, without those that Verifull decides. */
export type TypeormOptions = Omit<PostgresOptions, 'type' | 'driver' | 'nativeDriver'> & {
  readonly type?: 'postgres'
  readonly driver?: undefined
  readonly nativeDriver?: undefined
}

/** What a `DataSource` is given; keys that are not TypeORM's, as NestJS has them, keep their types. */
export type SecureConfig<Options extends object = object> = Omit<Options, keyof PostgresOptions> & PostgresOptions
