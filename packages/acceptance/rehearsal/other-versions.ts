import { type Options, Sequelize as RealSequelize7 } from '@sequelize/core'
import type { PostgresDialect } from '@sequelize/postgres'
import type { Sequelize } from 'sequelize'
import type { DataSource } from 'typeorm'
import { DataSource as RealDataSource03 } from 'typeorm-0.3'

// The calls of work.ts are the same in both versions, so it is written for the types of one.

/** TypeORM 0.3 by the types of 1. */
export const DataSource03 = RealDataSource03 as unknown as typeof DataSource

/** Sequelize 7 by the types of 6, with its own options. */
export const Sequelize7 = RealSequelize7 as unknown as new (options: Options<PostgresDialect>) => Sequelize
