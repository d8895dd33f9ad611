import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { explain, secureConfig } from '@verifull/pg'
import type { PoolConfig } from 'pg'
import { describe, expect, test } from 'vitest'

const SETTINGS = { settings: { environment: {} } }
const types = { getTypeParser: () => String }
const nothing = () => {}

/** The treatment of an option: read as a setting, kept as a limit of the pool, passed to pg, or refused by name. */
type Decision = readonly ['read' | 'limit' | 'passed' | 'refused', sample: unknown]

/** Every option in the types of pg; one that is missing does not compile. */
const TYPED: Readonly<Record<keyof PoolConfig, Decision>> = {
  user: ['read', 'app'],
  database: ['read', 'shop'],
  password: ['read', async () => 'kahGh2-eiYo9'],
  port: ['read', 5433],
  host: ['read', 'db.example'],
  connectionString: ['read', 'postgres://app@db.example:5433/shop'],
  keepAlive: ['read', true],
  keepAliveInitialDelayMillis: ['read', 5000],
  ssl: ['read', { rejectUnauthorized: true }],
  sslnegotiation: ['read', 'direct'],
  enableChannelBinding: ['read', true],
  application_name: ['read', 'shop'],
  fallback_application_name: ['read', 'shop'],
  options: ['read', '-c search_path=app'],
  client_encoding: ['read', 'UTF8'],
  connectionTimeoutMillis: ['limit', 700],
  idleTimeoutMillis: ['limit', 800],
  min: ['limit', 1],
  max: ['limit', 3],
  maxLifetimeSeconds: ['limit', 60],
  statement_timeout: ['passed', 500],
  query_timeout: ['passed', 500],
  lock_timeout: ['passed', 500],
  idle_in_transaction_session_timeout: ['passed', 500],
  types: ['passed', types],
  pipeline: ['passed', true],
  log: ['passed', nothing],
  Promise: ['passed', Promise],
  allowExitOnIdle: ['passed', true],
  maxUses: ['passed', 7],
  onConnect: ['passed', nothing],
  verify: ['passed', nothing],
  stream: ['refused', nothing],
  Client: ['refused', class {}],
}

/** Options that pg's code takes beside them. */
const UNTYPED: Readonly<Record<string, Decision>> = {
  replication: ['read', 'database'],
  poolSize: ['read', 3],
  binary: ['passed', true],
  connection: ['refused', {}],
  scramMaxIterations: ['refused', 10_000],
}

describe.each(Object.entries({ ...TYPED, ...UNTYPED }))('option %s', (name, [decision, sample]) => {
  const options = { host: 'db.example', user: 'app', [name]: sample }
  const config = () => ({ ...secureConfig(options, { environment: {} }) }) as Record<string, unknown>

  test(`is ${decision}`, () => {
    const { problems, settings } = explain({ options, ...SETTINGS })
    if (decision === 'refused') {
      expect(problems.map(({ message }) => message)).toEqual([expect.stringMatching(`^option ${name}: .+; .+`)])
      expect(config).toThrow(`option ${name}: `)
      return
    }
    expect(problems).toEqual([])
    const sources = settings.map(({ source }) => source)
    if (decision === 'read' && name !== 'poolSize') {
      expect(sources.some((source) => source.startsWith(`option ${name}`))).toBe(true)
      // The names stand in the configuration as well, for whoever reads it.
      if (!['user', 'database', 'port'].includes(name)) expect(config()[name]).not.toBe(sample)
    }
    if (name === 'poolSize') expect(config().max).toBe(sample)
    if (decision === 'limit' || decision === 'passed') expect(config()[name]).toBe(sample)
  })
})

test('every option that the code of the installed pg takes is decided', () => {
  const found = createRequire(import.meta.url)
  const pool = createRequire(found.resolve('pg')).resolve('pg-pool')
  const files = ['client.js', 'connection-parameters.js'].map((file) => join(found.resolve('pg'), '..', file))
  const taken = [...files, pool].flatMap((file) => {
    const text = readFileSync(file, 'utf8')
    return [...text.matchAll(/(?:\bc|\bconfig|this\.options|\boptions)\.(\w+)|\bval\('(\w+)'/g)].map(
      ([, property, parameter]) => property ?? parameter ?? '',
    )
  })
  expect(taken).toContain('idleTimeoutMillis')
  // Of a query, and what a parser of connection strings gives.
  const others = ['submit', 'text', 'hasOwnProperty', 'key']
  const undecided = [...new Set(taken)].filter((name) => !(name in TYPED || name in UNTYPED || others.includes(name)))
  expect(undecided).toEqual([])
})
