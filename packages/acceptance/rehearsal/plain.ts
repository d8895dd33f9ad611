import { readFileSync } from 'node:fs'
import type { RehearsalAdapter, WorkRequest } from '@verifull/test-harness'
import knex from 'knex'
import pg from 'pg'
import { Sequelize } from 'sequelize'
import { DataSource } from 'typeorm'
import { keeping, type PlainSecret, reading } from './plain-secret.ts'
import { IDLE_SOON, knexWork, pgWork, QUIET, sequelizeWork, typeormWork } from './work.ts'

const FIVE_MINUTES = 300_000
/** Knex asks at each checkout whether its connection has expired: where it always has, nobody gets one. */
const KNEX_KEEPS = 1000

/** What applications do without Verifull: the driver's and the ORMs' own hooks for passwords that change. */
export const plain: readonly RehearsalAdapter[] = [
  { name: 'pg, password function', work: pgWork((request) => plainPool(request, passwordsOf(request))) },
  {
    name: 'pg, cached 5 minutes',
    work: pgWork((request) => plainPool(request, keeping(reading(request), FIVE_MINUTES))),
  },
  {
    name: 'TypeORM, password function',
    work: typeormWork(async (request) => {
      const read = passwordsOf(request)
      const { host, port, database, ssl, user, poolSize, connectionTimeoutMillis } = await plainly(request, read)
      return new DataSource({
        type: 'postgres',
        ...{ host, port, database, username: user, ssl, poolSize, logging: false, applicationName: 'plain' },
        password: async () => (await read()).password,
        connectTimeoutMS: connectionTimeoutMillis,
        extra: { idleTimeoutMillis: IDLE_SOON.idle },
      })
    }),
  },
  {
    name: 'Sequelize, beforeConnect',
    work: sequelizeWork(async (request) => {
      const read = reading(request)
      const { host, port, database, ssl, poolSize, connectionTimeoutMillis } = await plainly(request, read)
      const db = new Sequelize({
        dialect: 'postgres',
        ...{ host, port, database, dialectOptions: { ssl }, logging: false },
        pool: { max: poolSize, acquire: connectionTimeoutMillis, ...IDLE_SOON },
      })
      db.addHook('beforeConnect', async (config: object) => {
        const { user, password } = await read()
        Object.assign(config, { username: user, password })
      })
      return db
    }),
  },
  {
    name: 'Knex, async connection',
    work: knexWork(async (request) => {
      const read = reading(request)
      const { host, port, database, ssl, poolSize, connectionTimeoutMillis } = await plainly(request, read)
      return knex({
        client: 'pg',
        log: QUIET,
        connection: async () => {
          const until = Date.now() + KNEX_KEEPS
          const { user, password } = await read()
          return { host, port, database, ssl, user, password, expirationChecker: () => Date.now() > until }
        },
        acquireConnectionTimeout: connectionTimeoutMillis,
        pool: {
          min: 0,
          max: poolSize,
          idleTimeoutMillis: IDLE_SOON.idle,
          reapIntervalMillis: IDLE_SOON.evict,
        },
      })
    }),
  },
]

async function plainPool(request: WorkRequest, read: () => Promise<PlainSecret>): Promise<pg.Pool> {
  const { host, port, database, ssl, user, poolSize, connectionTimeoutMillis } = await plainly(request, read)
  return new pg.Pool({
    ...{ host, port, database, ssl, user, connectionTimeoutMillis },
    password: async () => (await read()).password,
    max: poolSize,
    idleTimeoutMillis: IDLE_SOON.idle,
  })
}

/** A function that gives a password alone cannot change the user: with users made for whoever asks, it keeps the first. */
function passwordsOf(request: WorkRequest): () => Promise<PlainSecret> {
  const read = reading(request)
  return request.environment.VAULT_DB_ROLE === undefined ? read : keeping(read, Number.POSITIVE_INFINITY)
}

/** The user is asked for once: pg and TypeORM want it before they ask for a password. */
async function plainly(request: WorkRequest, read: () => Promise<PlainSecret>) {
  const { host = '', port, dbname = '', sslrootcert = '', sslcert, sslkey } = request.parameters
  const ssl = {
    ca: readFileSync(sslrootcert, 'utf8'),
    ...(sslcert && { cert: readFileSync(sslcert, 'utf8') }),
    ...(sslkey && { key: readFileSync(sslkey, 'utf8') }),
  }
  const { user } = await read()
  const { poolSize, timeoutMs: connectionTimeoutMillis } = request
  return { host, port: Number(port), database: dbname, ssl, user, poolSize, connectionTimeoutMillis }
}
