import { readFileSync } from 'node:fs'
import { secureConfig as knexConfig } from '@verifull/knex'
import { secureConfig as pgConfig } from '@verifull/pg'
import { secureConfig as sequelizeConfig } from '@verifull/sequelize'
import type { RehearsalAdapter, RehearsalWork, WorkRequest } from '@verifull/test-harness'
import { secureConfig as typeormConfig } from '@verifull/typeorm'
import knex from 'knex'
import pg from 'pg'
import { Sequelize } from 'sequelize'
import { DataSource } from 'typeorm'
import { settingsOf } from './settings.ts'
import { knexWork, QUIET, sequelizeWork, typeormWork } from './work.ts'

/** Verifull through pg and each ORM, and these without it, each as its documentation shows it. */
export const chaosAdapters: readonly RehearsalAdapter[] = [
  {
    name: '@verifull/pg',
    work: usualPg((request) => new pg.Pool(pgConfig({}, settingsOf(request)))),
  },
  {
    name: '@verifull/typeorm',
    work: typeormWork((request) => new DataSource(typeormConfig({ logging: false }, settingsOf(request)))),
  },
  {
    name: '@verifull/sequelize',
    work: sequelizeWork((request) => new Sequelize(sequelizeConfig({ logging: false }, settingsOf(request)))),
  },
  {
    name: '@verifull/knex',
    work: knexWork((request) => knex(knexConfig({ log: QUIET }, settingsOf(request)))),
  },
  {
    name: 'pg',
    oneHost: true,
    work: usualPg((request) => new pg.Pool({ ...bare(request), user: userOf(request), ...limits(request) })),
  },
  {
    name: 'TypeORM',
    oneHost: true,
    work: typeormWork((request) => {
      const { connectionTimeoutMillis: connectTimeoutMS, max: poolSize } = limits(request)
      const username = userOf(request)
      return new DataSource({ type: 'postgres', ...bare(request), username, poolSize, connectTimeoutMS })
    }),
  },
  {
    name: 'Sequelize',
    oneHost: true,
    work: sequelizeWork((request) => {
      const { ssl, ...others } = bare(request)
      const pool = { max: request.poolSize, acquire: request.timeoutMs }
      const username = userOf(request)
      return new Sequelize({
        dialect: 'postgres',
        ...others,
        username,
        dialectOptions: { ssl },
        pool,
        logging: false,
      })
    }),
  },
  {
    name: 'Knex',
    oneHost: true,
    work: knexWork((request) =>
      knex({
        client: 'pg',
        connection: { ...bare(request), user: userOf(request) },
        pool: { max: request.poolSize },
        acquireConnectionTimeout: request.timeoutMs,
        log: QUIET,
      }),
    ),
  },
]

/** Address, password and TLS; the name of the user differs. */
function bare({ parameters }: WorkRequest) {
  const { host = '', port, dbname = '', password = '', sslrootcert = '' } = parameters
  return { host, port: Number(port), database: dbname, password, ssl: { ca: readFileSync(sslrootcert, 'utf8') } }
}

function userOf({ parameters }: WorkRequest): string {
  return parameters.user ?? ''
}

function limits({ poolSize, timeoutMs }: WorkRequest) {
  return { max: poolSize, connectionTimeoutMillis: timeoutMs }
}

/** A pool with the transaction of pg's documentation. */
function usualPg(open: (request: WorkRequest) => pg.Pool): RehearsalWork<pg.Pool, pg.PoolClient> {
  return {
    open: (request) => open(request).on('error', () => {}),
    close: (pool) => pool.end(),
    query: async (on, sql) => (await on.query(sql)).rows,
    async transaction(pool, body) {
      const client = await pool.connect()
      try {
        await client.query('begin')
        await body(client)
        await client.query('commit')
      } catch (error) {
        await client.query('rollback')
        throw error
      } finally {
        client.release()
      }
    },
  }
}
