import type { ConnectionOptions } from 'node:tls'
import type { Options, ConnectionOptions as ServerOptions } from 'sequelize'

/** Sequelize 6's options of one server, at the top and in each entry of `replication`. */
interface Server extends Omit<ServerOptions, 'password'> {
  readonly url?: string
  /** A function is called for each new connection. */
  readonly password?: string | (() => string | Promise<string>) | null
  readonly ssl?: boolean | ConnectionOptions
  readonly dialectOptions?: object
}

type Decided = 'dialect' | 'dialectModule' | 'dialectModulePath' | 'native' | 'replication'

/** The options that an application writes: Sequelize's, without those set by Verifull. */
export interface SequelizeOptions extends Omit<Options, Decided | keyof Server>, Server {
  readonly dialect?: 'postgres' | 'postgresql'
  readonly native?: false
  readonly replication?:
    | { readonly write?: Server; readonly read: Server | string | readonly (Server | string)[] }
    | false
  /** NestJS's name for `url`. */
  readonly uri?: string
  /** The variable that holds the URL, as in sequelize-cli. */
  readonly use_env_variable?: string
}

/** The options of `new Sequelize()`; keys that are not Sequelize's, such as NestJS's, keep their types. */
export type SecureConfig<Extra extends object = object> = Omit<Extra, keyof Options | keyof SequelizeOptions> &
  Options &
  AsyncDisposable
