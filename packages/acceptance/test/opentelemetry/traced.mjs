// The same of ES modules.
import * as verifullKnex from '@verifull/knex'
import * as verifullPg from '@verifull/pg'
import * as verifullSequelize from '@verifull/sequelize'
import * as verifullTypeorm from '@verifull/typeorm'
import knex from 'knex'
import pg from 'pg'
import * as sequelize from 'sequelize'
import * as typeorm from 'typeorm'
import { runAll } from './cases.cjs'

const verifull = { pg: verifullPg, typeorm: verifullTypeorm, sequelize: verifullSequelize, knex: verifullKnex }
await runAll({ pg, typeorm, sequelize, knex, verifull })
