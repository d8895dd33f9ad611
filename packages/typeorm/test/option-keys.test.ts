import { type PostgresOptions, secureConfig } from '@verifull/typeorm'
import { expect, test } from 'vitest'

const SETTINGS = { environment: {} }
const nothing = () => {}

/** The treatment of an option: read as a setting, passed on, or refused by name. */
type Decision = readonly ['read' | 'passed' | 'refused', sample: unknown]

/** Every option in the types of TypeORM for PostgreSQL; one that is missing does not compile. */
const TYPED: Readonly<Record<keyof PostgresOptions, Decision>> = {
  url: ['read', 'postgres://app@db.example:5433/shop'],
  host: ['read', 'db.example'],
  port: ['read', 5433],
  username: ['read', 'app'],
  password: ['read', async () => 'kahGh2-eiYo9'],
  database: ['read', 'shop'],
  ssl: ['read', { rejectUnauthorized: true }],
  applicationName: ['read', 'shop'],
  replication: ['read', { slaves: [{ host: 'replica.example' }] }],
  connectTimeoutMS: ['read', 700],
  poolSize: ['read', 3],
  extra: ['read', { max: 3 }],
  type: ['read', 'postgres'],
  driver: ['refused', {}],
  nativeDriver: ['refused', {}],
  ...passed([
    'schema',
    'useUTC',
    'uuidExtension',
    'poolErrorHandler',
    'logNotifications',
    'installExtensions',
    'parseInt8',
    'extensions',
    'entities',
    'subscribers',
    'isolationLevel',
    'migrations',
    'migrationsTableName',
    'migrationsTransactionMode',
    'metadataTableName',
    'namingStrategy',
    'logging',
    'logger',
    'maxQueryExecutionTime',
    'synchronize',
    'migrationsRun',
    'dropSchema',
    'entityPrefix',
    'entitySkipConstructor',
    'relationLoadStrategy',
    'typename',
    'cache',
    'isolateWhereStatements',
    'invalidWhereValuesBehavior',
  ]),
}

test.each(Object.entries(TYPED))('option %s is decided', (name, [decision, sample]) => {
  const options = { [name]: sample }
  const config = () =>
    secureConfig(options as never, { ...SETTINGS, user: 'app' }) as unknown as Record<string, unknown>
  if (decision === 'refused') expect(config).toThrow(`option ${name}: `)
  else if (decision === 'passed') expect(config()[name]).toBe(sample)
  else if (['type', 'poolSize', 'database', 'port'].includes(name)) expect(config()[name]).toBe(sample)
  else if (name === 'connectTimeoutMS') expect(config().connectTimeoutMS).toBe(sample)
  else expect(config()[name]).not.toBe(sample)
})

test.each(['connection', 'Client', 'scramMaxIterations'])('extra.%s is refused by name', (name) => {
  const config = () => secureConfig({ host: 'db.example', extra: { [name]: {} } }, { ...SETTINGS, user: 'app' })
  expect(config).toThrow(`option extra.${name}: `)
})

test('what is pg’s own in extra reaches pg', () => {
  const extra = { statement_timeout: 500, lock_timeout: 500, binary: true, maxUses: 7, types: {}, onConnect: nothing }
  expect(secureConfig({ host: 'db.example', extra }, { ...SETTINGS, user: 'app' }).extra).toMatchObject(extra)
})

function passed<Name extends string>(names: readonly Name[]): Record<Name, Decision> {
  return Object.fromEntries(names.map((name) => [name, ['passed', {}]])) as unknown as Record<Name, Decision>
}
