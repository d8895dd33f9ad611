import { secureConfig as knexConfig } from '@verifull/knex'
import { secureConfig as pgConfig } from '@verifull/pg'
import { secureConfig as sequelizeConfig } from '@verifull/sequelize'
import type { RehearsalAdapter } from '@verifull/test-harness'
import { secureConfig as typeormConfig } from '@verifull/typeorm'
import knex from 'knex'
import pg from 'pg'
import { Sequelize } from 'sequelize'
import { DataSource } from 'typeorm'
import { settingsOf } from './settings.ts'
import { IDLE_SOON, knexWork, pgWork, QUIET, sequelizeWork, typeormWork } from './work.ts'

/** Verifull through pg and each ORM. */
export const secured: readonly RehearsalAdapter[] = [
  {
    name: '@verifull/pg',
    work: pgWork((request) => new pg.Pool(pgConfig({}, settingsOf(request)))),
  },
  {
    name: '@verifull/typeorm',
    work: typeormWork((request) => new DataSource(typeormConfig({ logging: false }, settingsOf(request)))),
  },
  {
    name: '@verifull/sequelize',
    work: sequelizeWork(
      (request) =>
        new Sequelize(sequelizeConfig({ logging: false, pool: { evict: IDLE_SOON.evict } }, settingsOf(request))),
    ),
  },
  {
    name: '@verifull/knex',
    work: knexWork((request) =>
      knex(knexConfig({ log: QUIET, pool: { reapIntervalMillis: IDLE_SOON.evict } }, settingsOf(request))),
    ),
  },
]
