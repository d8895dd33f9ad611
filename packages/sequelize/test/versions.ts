import { join } from 'node:path'
import { DataTypes as DataTypes7, type Options, Sequelize as Sequelize7 } from '@sequelize/core'
import { version as newer } from '@sequelize/core/package.json'
import type { PostgresDialect } from '@sequelize/postgres'
import { close, monitor, type Settings, secureConfig } from '@verifull/sequelize'
import { close as close7, monitor as monitor7, secureConfig as secureConfig7 } from '@verifull/sequelize/v7'
import { type SILENT_SERVERS, silentServer } from '@verifull/test-harness'
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
  lend(db: Sequelize, type?: 'read' | 'write'): Promise<Client>
  monitor(db: object): ReturnType<typeof monitor>
  close(target?: object, options?: { readonly timeoutMs?: number }): Promise<void>
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
  lend: (db, type) =>
    db.connectionManager.getConnection({ type: type === 'read' ? 'SELECT' : 'write' } as never) as Promise<Client>,
  close,
  monitor,
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
  lend: (db, type = 'write') => seven.poolOf(db).acquire({ type }),
  close: close7,
  monitor: monitor7,
  types: DataTypes7 as unknown as typeof DataTypes,
  exit: join(import.meta.dirname, 'exit/sequelize-7.mjs'),
}

export const VERSIONS: readonly Version[] = [six, seven]

/** The rows of one statement. */
export function rowsOf(db: Sequelize, sql: string): Promise<Record<string, unknown>[]> {
  return db.query(sql, { type: QueryTypes.SELECT })
}

/** AuthenticationOk and ReadyForQuery: what a pooler says that has no server. */
export const ADMITTED = { bytes: Buffer.from('R\0\0\0\x08\0\0\0\0Z\0\0\0\x05I', 'latin1') }

/** A server that falls silent at Sequelize's own first statements. */
export const ADMITTED_IN_SILENCE: typeof SILENT_SERVERS = {
  'when it has admitted the client': ({ chain: certificate, key }) =>
    silentServer({ tls: { certificate, key }, answers: [ADMITTED, 'silence'] }),
}
