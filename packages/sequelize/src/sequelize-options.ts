import type { ConnectionOptions } from 'node:tls'
import type { Options, ConnectionOptions as ServerOptions } from 'sequelize'

/** What one server of Sequelize 6 is told by, at the top and in each entry of `replication`. */
interface Server extends Omit<ServerOptions, 'password'> {
  readonly url?: string
  /** A function is asked for each new connection. */
  readonly password?: string | (() => string | Promise<string>) | null
  readonly ssl?: boolean | ConnectionOptions
  readonly dialectOptions?: object
}

type Decided = 'dialect' | 'dialectModule' | 'dialectModulePath' | 'native' | 'replication'

/** The options that an application writes: Sequelize's, without those that Verifull decides. */
export interface SequelizeOptions extends Omit<Options, Decided | keyof Server>, Server {
  readonly dialect?: 'postgres' | 'postgresql'
  readonly native?: false
  readonly replication?:
    | { readonly write?: Server; readonly read: Server | string | readonly (Server | string)[] }
    | false
  /** As `url`, which NestJS calls so. */
  readonly uri?: string
  /** The variable that holds the URL, as sequelize-cli has it. */
  readonly use_env_variable?: string
}

/** What `new Sequelize()` is given; keys that are not Sequelize's, as NestJS has them, keep their types. */
export type SecureConfig<Extra extends object = object> = Omit<Extra, keyof Options | keyof SequelizeOptions> & Options
