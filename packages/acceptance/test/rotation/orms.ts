import { secureConfig as knexConfig, type Settings } from '@verifull/knex'
import { secureConfig as sequelizeConfig } from '@verifull/sequelize'
import { secureConfig as typeormConfig } from '@verifull/typeorm'
import knex from 'knex'
import { QueryTypes, Sequelize } from 'sequelize'
import { DataSource } from 'typeorm'

/** The operations of an ORM that the tests use. */
export interface Orm {
  query(sql: string): Promise<{ pid: number }[]>
  transaction<T>(work: (query: Orm['query']) => Promise<T>): Promise<T>
  close(): Promise<unknown>
}

/** Pool size. */
export const MAX = 6

/** Each ORM with Verifull. */
export const ORMS: Readonly<Record<string, (settings: Settings) => Promise<Orm>>> = {
  async TypeORM(settings) {
    const source = await new DataSource(typeormConfig({ poolSize: MAX }, settings)).initialize()
    return {
      query: (sql) => source.query<{ pid: number }[]>(sql),
      transaction: (work) => source.transaction((manager) => work((sql) => manager.query(sql))),
      close: () => source.destroy(),
    }
  },
  async Sequelize(settings) {
    const sequelize = new Sequelize(
      sequelizeConfig({ logging: false, pool: { max: MAX, min: 2, idle: 600_000 } }, settings),
    )
    return {
      query: (sql) => sequelize.query<{ pid: number }>(sql, { type: QueryTypes.SELECT }),
      transaction: (work) =>
        sequelize.transaction((transaction) =>
          work((sql) => sequelize.query<{ pid: number }>(sql, { type: QueryTypes.SELECT, transaction })),
        ),
      close: () => sequelize.close(),
    }
  },
  async Knex(settings) {
    const db = knex(knexConfig({ pool: { min: 2, max: MAX, idleTimeoutMillis: 600_000 }, log: QUIET }, settings))
    return {
      query: async (sql) => (await db.raw(sql)).rows,
      transaction: (work) => db.transaction((trx) => work(async (sql) => (await trx.raw(sql)).rows)),
      close: () => db.destroy(),
    }
  },
}

/** Entries of Knex's log. */
export const warnings: unknown[] = []
const QUIET = { warn: (message: unknown) => void warnings.push(message) }
