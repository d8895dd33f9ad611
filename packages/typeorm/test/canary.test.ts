import { inspect } from 'node:util'
import { type Database, startDatabase } from '@verifull/test-harness'
import { type Settings, secureConfig, type TypeormOptions } from '@verifull/typeorm'
import type { DataSource, Logger } from 'typeorm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { VERSIONS } from './versions.ts'

let database: Database
beforeAll(async () => {
  database = await startDatabase()
})
afterAll(() => database.stop())

/** Sources of a password. */
const PLACES: Readonly<Record<string, (password: string) => [TypeormOptions, Settings]>> = {
  'the option password': (password) => [{ password }, {}],
  'the option url': (password) => [{ url: `postgres://scram_user:${encodeURIComponent(password)}@localhost/app` }, {}],
  'a replica’s option': (password) => {
    const { port } = database.server
    return [{ replication: { master: { password }, slaves: [{ host: 'localhost', port, password }] } }, {}]
  },
  'settings.password': (password) => [{}, { password }],
  'settings.secrets': (password) => [{}, { secrets: async () => ({ user: 'scram_user', password }) }],
}

describe.each(VERSIONS)('no password is to be seen under $name, from', ({ typeorm: { DataSource } }) => {
  test.each(Object.entries(PLACES))('%s', async (_name, place) => {
    const password = database.server.password('scram_user')
    const said: unknown[] = []
    const log = (...words: unknown[]) => void said.push(words)
    const logger: Logger = {
      log,
      logQuery: log,
      logQueryError: log,
      logQuerySlow: log,
      logSchemaBuild: log,
      logMigration: log,
    }
    const connected = async (secret: string): Promise<DataSource> => {
      const { password: _password, ...settings } = database.settings
      const [options, more] = place(secret)
      const db = new DataSource(secureConfig({ ...options, logger }, { ...settings, ...more }))
      said.push(db)
      return db.initialize()
    }
    const db = await connected(password)
    said.push(await db.createQueryRunner().connect(), await db.query('select 1/0').catch((error) => error))
    said.push(await connected(`${password}-wrong`).catch((error) => error))
    const seen = said.flatMap((one) => [inspect(one, { depth: 30, showHidden: true }), text(one)]).join('\n')
    await db.destroy()
    expect(seen).toContain('28P01')
    expect(seen).toContain('division by zero')
    expect(seen).not.toContain(password)
    expect(seen).not.toContain(encodeURIComponent(password))
  })

  test('which is to be seen where TypeORM has it', () => {
    const password = database.server.password('scram_user')
    expect(inspect(new DataSource({ type: 'postgres', password }))).toContain(password)
  })
})

/** As a logger writes it, with what it cannot write left out. */
function text(value: unknown): string {
  const known = new Set<unknown>()
  return JSON.stringify(value, (_key, one: unknown) => {
    if (typeof one !== 'object' || one === null) return typeof one === 'bigint' ? String(one) : one
    if (known.has(one)) return '…'
    known.add(one)
    return one instanceof Error ? { ...one, message: one.message, stack: one.stack } : one
  })
}
