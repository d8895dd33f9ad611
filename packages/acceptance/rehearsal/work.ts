import { setTimeout as pause } from 'node:timers/promises'
import type { RehearsalWork, WorkRequest } from '@verifull/test-harness'
import type { Knex } from 'knex'
import type pg from 'pg'
import { QueryTypes, type Sequelize, type Transaction } from 'sequelize'
import type { DataSource, Driver, EntityManager, QueryRunner } from 'typeorm'

/** Interval at which pools evict idle connections, and the longest idle time, in ms. */
export const IDLE_SOON = { evict: 100, idle: 250 }

/** A silent log: Knex writes every failed connection to stdout. */
export const QUIET: Knex.Logger = { warn() {}, error() {}, debug() {}, deprecate() {} }

type Open<Handle> = (request: WorkRequest) => Handle | Promise<Handle>

export function pgWork(open: Open<pg.Pool>): RehearsalWork<pg.Pool, pg.PoolClient> {
  return {
    open: async (request) => (await open(request)).on('error', () => {}),
    close: (pool) => pool.end(),
    query: async (on, sql) => (await on.query(sql)).rows,
    async transaction(pool, body) {
      const client = await pool.connect()
      // pg-pool does not listen for errors while a client is lent.
      const ignore = () => {}
      client.on('error', ignore)
      try {
        await client.query('begin')
        await body(client)
        await client.query('commit')
        client.release()
      } catch (error) {
        client.release(true)
        throw error
      } finally {
        client.off('error', ignore)
      }
    },
  }
}

export function typeormWork(open: Open<DataSource>): RehearsalWork<DataSource, EntityManager> {
  return {
    open: async (request) => (await open(request)).initialize(),
    async close(db) {
      const { connectedQueryRunners } = db.driver as Driver & { connectedQueryRunners: readonly QueryRunner[] }
      while (connectedQueryRunners.length > 0) await pause(10)
      await db.destroy()
    },
    query: (on, sql) => on.query(sql),
    transaction: (db, body) => db.transaction(body),
  }
}

/** A transaction, and its Sequelize instance. */
interface Inside {
  readonly db: Sequelize
  readonly transaction: Transaction
}

export function sequelizeWork(open: Open<Sequelize>): RehearsalWork<Sequelize, Inside> {
  return {
    open,
    close: (db) => db.close(),
    query(on, sql) {
      const { db, ...options } = 'db' in on ? on : { db: on }
      return db.query<Record<string, unknown>>(sql, { ...options, type: QueryTypes.SELECT })
    },
    transaction: (db, body) => db.transaction((transaction) => body({ db, transaction })),
  }
}

export function knexWork(open: Open<Knex>): RehearsalWork<Knex, Knex.Transaction> {
  return {
    open,
    close: (db) => db.destroy(),
    query: async (on, sql) => (await on.raw(sql)).rows,
    transaction: (db, body) => db.transaction(body),
  }
}
