import { PostgresDialect } from '@sequelize/postgres'
import { type Database, outcomeOf, startDatabase } from '@verifull/test-harness'
import type { Sequelize } from 'sequelize'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { FAILURES, prepare, RESULTS } from './operations.ts'
import { VERSIONS, type Version } from './versions.ts'

let database: Database
beforeAll(async () => {
  database = await startDatabase()
})
afterAll(() => database.abandon())

/** A Sequelize with Verifull and one without, on the same server, told the same. */
function twins({ user, secured, open }: Version) {
  const { server, hierarchy } = database
  const client = { ssl: { ca: hierarchy.root.certificate } }
  const options = {
    host: 'localhost',
    port: server.port,
    [user]: 'scram_user',
    password: server.password('scram_user'),
    database: 'twin',
    ...(user === 'username' ? { dialectOptions: client } : client),
    pool: { max: 3, acquire: 4_000 },
    logging: false,
  }
  const environment = { NODE_ENV: 'production' }
  return {
    ours: open(secured(options, { environment })),
    plain: open({ ...options, dialect: user === 'username' ? 'postgres' : PostgresDialect }),
  }
}

/** The outcomes of all operations, one after the other. */
async function outcomesOf(db: Sequelize, version: Version): Promise<Record<string, unknown>> {
  const outcomes: Record<string, unknown> = {}
  await database.server.sql('drop database if exists twin with (force)')
  await database.server.sql('create database twin owner scram_user')
  await prepare(db, version.types)
  for (const [name, run] of Object.entries({ ...RESULTS, ...FAILURES })) outcomes[name] = await outcomeOf(() => run(db))
  await db.close()
  return outcomes
}

describe.each(VERSIONS)('$name with Verifull and without', (version) => {
  let plain: Record<string, unknown>
  let ours: Record<string, unknown>
  beforeAll(async () => {
    const pair = twins(version)
    plain = await outcomesOf(pair.plain, version)
    ours = await outcomesOf(pair.ours, version)
  })

  test.each(Object.keys(RESULTS))('give the same: %s', (name) => {
    expect(ours[name]).not.toHaveProperty('failed')
    expect(ours[name]).toEqual(plain[name])
  })

  test.each(Object.keys(FAILURES))('fail in the same way: %s', (name) => {
    expect(ours[name]).toHaveProperty('failed')
    expect(ours[name]).toEqual(plain[name])
  })
})
