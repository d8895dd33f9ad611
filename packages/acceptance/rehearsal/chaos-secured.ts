import { secureConfig as knexConfig } from '@verifull/knex'
import { secureConfig as pgConfig } from '@verifull/pg'
import { secureConfig as sequelizeConfig } from '@verifull/sequelize'
import { secureConfig as sequelize7Config } from '@verifull/sequelize/v7'
import type { RehearsalAdapter } from '@verifull/test-harness'
import { secureConfig as typeormConfig } from '@verifull/typeorm'
import knex from 'knex'
import pg from 'pg'
import { Sequelize } from 'sequelize'
import { DataSource } from 'typeorm'
import { usualPg } from './chaos-work.ts'
import { DataSource03, Sequelize7 } from './other-versions.ts'
import { settingsOf } from './settings.ts'
import { knexWork, QUIET, sequelizeWork, typeormWork } from './work.ts'

/** Verifull through pg and each ORM. */
export const secured: readonly RehearsalAdapter[] = [
  {
    name: '@verifull/pg',
    work: usualPg((request) => new pg.Pool(pgConfig({}, settingsOf(request)))),
  },
  {
    name: '@verifull/typeorm',
    work: typeormWork((request) => new DataSource(typeormConfig({ logging: false }, settingsOf(request)))),
  },
  {
    name: '@verifull/typeorm, TypeORM 0.3',
    work: typeormWork((request) => new DataSource03(typeormConfig({ logging: false }, settingsOf(request)))),
  },
  {
    name: '@verifull/sequelize',
    work: sequelizeWork((request) => new Sequelize(sequelizeConfig({ logging: false }, settingsOf(request)))),
  },
  {
    name: '@verifull/sequelize, Sequelize 7',
    work: sequelizeWork((request) => new Sequelize7(sequelize7Config({ logging: false }, settingsOf(request)))),
  },
  {
    name: '@verifull/knex',
    work: knexWork((request) => knex(knexConfig({ log: QUIET }, settingsOf(request)))),
  },
]
