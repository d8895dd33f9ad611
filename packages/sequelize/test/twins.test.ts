import { PostgresDialect } from '@sequelize/postgres'
import {
  type BlackHole,
  blackHole,
  type Database,
  type HostileServer,
  startDatabase,
  startHostileServer,
} from '@verifull/test-harness'
import type { Sequelize } from 'sequelize'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { FAILURES, prepare, RESULTS } from './operations.ts'
import { VERSIONS, type Version } from './versions.ts'

let database: Database
let hole: BlackHole
let closing: HostileServer
beforeAll(async () => {
  database = await startDatabase()
  hole = await blackHole()
  const { chain: certificate, key } = database.hierarchy.servers.good
  closing = await startHostileServer({ tls: { certificate, key }, answers: ['close'] })
})
afterAll(async () => {
  await closing.stop()
  await hole.stop()
  await database.abandon()
})

/** One way to configure a connection; what is left out is right. */
interface Wanted {
  readonly host?: string
  readonly port?: number
  readonly password?: string
  readonly database?: string
  readonly ca?: string
  readonly connectionTimeoutMillis?: number
}

/** A Sequelize with Verifull and one without, on the same server, told the same. */
function twins({ user, secured, open }: Version, { ca, connectionTimeoutMillis, ...wanted }: Wanted = {}) {
  const { server, hierarchy } = database
  const client = {
    ssl: { ca: ca ?? hierarchy.root.certificate },
    ...(connectionTimeoutMillis && { connectionTimeoutMillis }),
  }
  const options = {
    host: 'localhost',
    port: server.port,
    [user]: 'scram_user',
    password: server.password('scram_user'),
    database: server.database,
    ...wanted,
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

/** Returns the properties by which a caller recognizes an error, without the line in the server's sources. */
function shapeOf(error: Error) {
  const { parent, errors, fields } = error as Error & { parent?: object; errors?: object; fields?: object }
  const of = parent as Readonly<Record<string, unknown>> | undefined
  return {
    classes: classesOf(error),
    message: error.message,
    keys: Object.keys(error),
    fields,
    errors: JSON.parse(JSON.stringify(errors ?? null)),
    parent: { classes: classesOf(parent), ...Object.fromEntries(OF_THE_SERVER.map((name) => [name, of?.[name]])) },
    code: of?.code,
  }
}

const OF_THE_SERVER = ['name', 'severity', 'detail', 'hint', 'constraint', 'schema', 'table', 'column', 'routine']

function classesOf(value: unknown): string[] {
  const prototype: object | null = value === undefined || value === null ? null : Object.getPrototypeOf(value)
  return prototype === null ? [] : [prototype.constructor.name, ...classesOf(prototype)]
}

/** Returns the outcome of one operation, as a value that can be compared. */
async function outcomeOf(db: Sequelize, run: (db: Sequelize) => unknown): Promise<unknown> {
  try {
    return JSON.parse(JSON.stringify((await run(db)) ?? null))
  } catch (error) {
    return { failed: shapeOf(error as Error) }
  }
}

/** Returns the outcomes of all operations, one after the other. */
async function outcomesOf(db: Sequelize, version: Version): Promise<Record<string, unknown>> {
  const outcomes: Record<string, unknown> = {}
  await database.server.sql('drop database if exists twin with (force)')
  await database.server.sql('create database twin owner scram_user')
  await prepare(db, version.types)
  for (const [name, run] of Object.entries({ ...RESULTS, ...FAILURES })) outcomes[name] = await outcomeOf(db, run)
  await db.close()
  return outcomes
}

async function connectError(db: Sequelize): Promise<Error> {
  try {
    await db.authenticate()
  } catch (error) {
    return error as Error
  } finally {
    await db.close()
  }
  throw new Error('it connected')
}

describe.each(VERSIONS)('$name with Verifull and without', (version) => {
  let plain: Record<string, unknown>
  let ours: Record<string, unknown>
  beforeAll(async () => {
    const pair = twins(version, { database: 'twin' })
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

  /** Obstacles to a connection, with the class of the error, and its code if it is the same. */
  const OBSTACLES: readonly [name: string, wanted: () => Wanted, error: string, code?: string][] = [
    ['a wrong password', () => ({ password: 'kahGh2-eiYo9' }), 'ConnectionError', '28P01'],
    ['no such database', () => ({ database: 'nowhere' }), 'ConnectionError', '3D000'],
    ['a port where nobody listens', () => ({ port: 1 }), 'ConnectionRefusedError', 'ECONNREFUSED'],
    ['no such host', () => ({ host: 'nowhere.invalid' }), 'HostNotFoundError', 'ENOTFOUND'],
    ['a server that closes', () => ({ port: closing.port }), 'ConnectionError'],
    [
      'a certificate of another authority',
      () => ({ ca: database.hierarchy.servers.selfSigned.certificate }),
      'ConnectionError',
    ],
    ['a server that never answers', () => ({ port: hole.port, connectionTimeoutMillis: 500 }), 'ConnectionError'],
  ]

  test.each(OBSTACLES)('fail to connect in the same way: %s', async (_name, wanted, error, code) => {
    const pair = twins(version, wanted())
    const [one, other] = [await connectError(pair.plain), await connectError(pair.ours)]
    const { classes, keys, message, ...its } = shapeOf(other)
    expect(classes[0]).toBe(error)
    expect({ classes, keys }).toEqual({ classes: shapeOf(one).classes, keys: shapeOf(one).keys })
    if (code === undefined) return
    expect(its.code).toBe(code)
    expect(shapeOf(one).code).toBe(code)
    expect(message).toContain(one.message)
  })
})
