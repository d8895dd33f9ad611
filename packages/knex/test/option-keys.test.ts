import { explain, secureConfig } from '@verifull/knex'
import type { Knex } from 'knex'
import { describe, expect, test } from 'vitest'

const SETTINGS = { environment: {} }
const nothing = () => {}

/** The treatment of an option: read as a setting, passed on, without effect in Knex itself, or refused by name. */
type Decision = readonly ['read' | 'passed' | 'without effect' | 'refused', sample: unknown]

/** Every option of `connection` in the types of Knex; one that is missing does not compile. */
const CONNECTION: Readonly<Record<keyof Knex.PgConnectionConfig, Decision>> = {
  user: ['read', 'app'],
  database: ['read', 'shop'],
  password: ['read', async () => 'kahGh2-eiYo9'],
  port: ['read', 5433],
  host: ['read', 'db.example'],
  connectionString: ['read', 'postgres://app@db.example:5433/shop'],
  keepAlive: ['read', true],
  keepAliveInitialDelayMillis: ['read', 5000],
  ssl: ['read', { rejectUnauthorized: true }],
  application_name: ['read', 'shop'],
  options: ['read', '-c search_path=app'],
  statement_timeout: ['passed', 500],
  query_timeout: ['passed', 500],
  idle_in_transaction_session_timeout: ['passed', 500],
  connectionTimeoutMillis: ['passed', 700],
  parseInputDatesAsUTC: ['passed', true],
  types: ['passed', { getTypeParser: () => String }],
  stream: ['refused', nothing],
  expirationChecker: ['refused', () => false],
}

/** Options that Knex's own types lack. */
const UNTYPED: Readonly<Record<string, Decision>> = {
  lock_timeout: ['passed', 500],
  binary: ['passed', true],
  max: ['without effect', 3],
  idleTimeoutMillis: ['without effect', 3],
  filename: ['without effect', ':memory:'],
  connection: ['refused', {}],
  Client: ['refused', class {}],
  scramMaxIterations: ['refused', 10_000],
}

describe.each(Object.entries({ ...CONNECTION, ...UNTYPED }))('option connection.%s', (name, [decision, sample]) => {
  const options = { connection: { host: 'db.example', user: 'app', [name]: sample } }
  const connection = () => secureConfig(options, SETTINGS).connection as Record<string, unknown>

  test(`is ${decision}`, () => {
    const { problems, settings } = explain({ options, settings: SETTINGS })
    const said = decision === 'refused' ? [expect.stringMatching(`^option connection\\.${name}: .+; .+`)] : []
    expect(problems.map(({ message }) => message)).toEqual(said)
    if (decision === 'refused') {
      expect(connection).toThrow(`option connection.${name}: `)
      return
    }
    const isRead = settings.some(({ source }) => source.startsWith(`option connection.${name}`))
    expect(isRead).toBe(decision === 'read')
    if (decision === 'passed') expect(connection()[name]).toBe(sample)
    else if (name !== 'database' && name !== 'port') expect(connection()[name]).not.toBe(sample)
  })
})

/** Every option of a configuration in the types of Knex. */
const CONFIG: Readonly<Record<keyof Knex.Config, Decision>> = {
  client: ['read', 'pg'],
  dialect: ['read', 'postgres'],
  connection: ['read', { host: 'db.example' }],
  pool: ['read', { max: 3 }],
  acquireConnectionTimeout: ['read', 700],
  connectionPool: ['refused', {}],
  debug: ['passed', true],
  jsonbSupport: ['passed', true],
  version: ['passed', '15.0'],
  migrations: ['passed', {}],
  seeds: ['passed', {}],
  postProcessResponse: ['passed', nothing],
  wrapIdentifier: ['passed', (value: string) => value],
  useNullAsDefault: ['passed', false],
  searchPath: ['passed', ['app']],
  asyncStackTraces: ['passed', true],
  log: ['passed', { warn: nothing }],
  compileSqlOnError: ['passed', true],
  fetchAsString: ['passed', ['date']],
  defaultDateTimePrecision: ['passed', 3],
}

test.each(Object.entries(CONFIG))('option %s', (name, [decision, sample]) => {
  const config = () => secureConfig({ [name]: sample }, { ...SETTINGS, host: 'db.example', user: 'app' })
  if (decision === 'refused') expect(config).toThrow(`option ${name}: `)
  else if (decision === 'passed') expect(config()).toHaveProperty([name], sample)
  else if (name === 'dialect') expect(config()).not.toHaveProperty(name)
  else if (name === 'acquireConnectionTimeout') expect(config()[name]).toBe(sample)
  else expect(Reflect.get(config(), name)).not.toBe(sample)
})
