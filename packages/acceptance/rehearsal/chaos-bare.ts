import { PostgresDialect } from '@sequelize/postgres'
import type { RehearsalAdapter, WorkRequest } from '@verifull/test-harness'
import knex from 'knex'
import pg from 'pg'
import { Sequelize } from 'sequelize'
import { DataSource } from 'typeorm'
import { addressOf, limits, userOf } from './address.ts'
import { awsWork } from './aws-work.ts'
import { usualPg } from './chaos-work.ts'
import { DataSource03, Sequelize7 } from './other-versions.ts'
import { knexWork, QUIET, sequelizeWork, typeormWork } from './work.ts'

/** The same without Verifull, each as its documentation shows it. */
export const bare: readonly RehearsalAdapter[] = [
  {
    name: 'pg',
    oneHost: true,
    work: usualPg((request) => new pg.Pool({ ...addressOf(request), user: userOf(request), ...limits(request) })),
  },
  {
    name: 'TypeORM',
    oneHost: true,
    work: typeormWork((request) => new DataSource(typeormOptions(request))),
  },
  {
    name: 'TypeORM 0.3',
    oneHost: true,
    work: typeormWork((request) => new DataSource03(typeormOptions(request))),
  },
  {
    name: 'Sequelize',
    oneHost: true,
    work: sequelizeWork((request) => {
      const { ssl, ...others } = addressOf(request)
      const username = userOf(request)
      return new Sequelize({
        ...others,
        dialect: 'postgres',
        username,
        dialectOptions: { ssl },
        ...sequelizePool(request),
      })
    }),
  },
  {
    name: 'Sequelize 7',
    oneHost: true,
    work: sequelizeWork((request) => {
      const user = userOf(request)
      return new Sequelize7({ ...addressOf(request), dialect: PostgresDialect, user, ...sequelizePool(request) })
    }),
  },
  {
    name: 'Knex',
    oneHost: true,
    work: knexWork((request) =>
      knex({
        client: 'pg',
        connection: { ...addressOf(request), user: userOf(request) },
        pool: { max: request.poolSize },
        acquireConnectionTimeout: request.timeoutMs,
        log: QUIET,
      }),
    ),
  },
  {
    name: 'AWS wrapper',
    oneHost: true,
    work: awsWork(),
  },
  {
    name: 'AWS wrapper, no plugins',
    oneHost: true,
    work: awsWork(''),
  },
]

function typeormOptions(request: WorkRequest) {
  const { connectionTimeoutMillis: connectTimeoutMS, max: poolSize } = limits(request)
  return { type: 'postgres' as const, ...addressOf(request), username: userOf(request), poolSize, connectTimeoutMS }
}

function sequelizePool({ poolSize, timeoutMs }: WorkRequest) {
  return { pool: { max: poolSize, acquire: timeoutMs }, logging: false as const }
}
