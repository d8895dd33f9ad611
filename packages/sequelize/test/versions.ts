import { join } from 'node:path'
import { DataTypes as DataTypes7, type Options, Sequelize as Sequelize7 } from '@sequelize/core'
import { version as newer } from '@sequelize/core/package.json'
import type { PostgresDialect } from '@sequelize/postgres'
import { type Settings, secureConfig } from '@verifull/sequelize'
import { secureConfig as secureConfig7 } from '@verifull/sequelize/v7'
import type { Client } from 'pg'
import { DataTypes, QueryTypes, Sequelize } from 'sequelize'
import { version } from 'sequelize/package.json'

/** The common interface of both versions of Sequelize, by the types of 6. */
export interface Version {
  readonly name: string
  /** The word of this version for the user. */
  readonly user: 'username' | 'user'
  /** The word of this version for the pg module. */
  readonly module: 'dialectModule' | 'pgModule'
  secured(options?: object | string, settings?: Settings): Record<string, unknown>
  /** The configuration itself, not a copy. */
  secureIn(options: object, settings: Settings): object
  open(config: object): Sequelize
  poolOf(db: Sequelize): Pool
  /** Lends a connection as an application gets hold of one. */
  lend(db: Sequelize): Promise<Client>
  readonly types: typeof DataTypes
  /** Path of a script that works with the package as it is built. */
  readonly exit: string
}

/** The pool of either version. */
interface Pool {
  readonly size: number
  readonly available: number
  acquire(options?: { readonly type: 'read' | 'write' }): Promise<Client>
  release(client: Client): void
  destroy(client: Client): Promise<void>
  drain(): Promise<void>
}

const six: Version = {
  name: `Sequelize ${version}`,
  user: 'username',
  module: 'dialectModule',
  secured: (options = {}, settings = {}) => ({ ...secureConfig(options, settings) }),
  secureIn: secureConfig,
  open: (config) => new Sequelize({ logging: false, ...config }),
  poolOf: (db) => (db.connectionManager as unknown as { readonly pool: Pool }).pool,
  // Its types do not say that the option may be left out, and what comes.
  lend: (db) => db.connectionManager.getConnection({ type: 'write' }) as Promise<Client>,
  types: DataTypes,
  exit: join(import.meta.dirname, 'exit/sequelize-6.mjs'),
}

const seven: Version = {
  name: `Sequelize ${newer}`,
  user: 'user',
  module: 'pgModule',
  secured: (options = {}, settings = {}) => ({ ...secureConfig7(options, settings) }),
  secureIn: secureConfig7,
  open: (config) => new Sequelize7(config as Options<PostgresDialect>) as unknown as Sequelize,
  poolOf: (db) => (db as unknown as { readonly pool: Pool }).pool,
  lend: (db) => seven.poolOf(db).acquire(),
  types: DataTypes7 as unknown as typeof DataTypes,
  exit: join(import.meta.dirname, 'exit/sequelize-7.mjs'),
}

export const VERSIONS: readonly Version[] = [six, seven]

/** The rows of one statement. */
export function rowsOf(db: Sequelize, sql: string): Promise<Record<string, unknown>[]> {
  return db.query(sql, { type: QueryTypes.SELECT })
}
