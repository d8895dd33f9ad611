import { inspect } from 'node:util'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Sources } from '../../src/merge/collect.ts'
import { endpointsOf } from '../../src/merge/endpoints.ts'
import { PG_SPELLING, type Spelling } from '../../src/parameters/option-spelling.ts'
import { PARAMETER_NAMES } from '../../src/parameters/parameters.ts'
import { explain } from '../../src/profile/explain.ts'
import { parseConnectionString } from '../../src/sources/connection-string.ts'
import { LayerDraft } from '../../src/sources/layer-draft.ts'
import { lookUp, parsePassfile } from '../../src/sources/passfile.ts'
import { parseServiceFile } from '../../src/sources/service-file.ts'
import { collect } from './reading.ts'

const CANARY = 'CaNaRy'
const REPLICATED: Spelling = {
  ...PG_SPELLING,
  replication: { replication: { primary: 'write', replicas: 'read', entry: PG_SPELLING } },
}
const DELIMITERS = [...':/@?#&=%[],\'"\\ \t\n', '%20', '%zz', 'host=', 'sslmode=', 'password=', 'é', '1', 'x']
const piece = fc.constantFrom(...DELIMITERS)
const text = fc.oneof(
  fc.string(),
  fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join('')),
)
/** A password with the canary, and every delimiter that a user may forget to encode. */
const password = fc.tuple(text, text).map(([before, after]) => `${before}${CANARY}${after}`)

describe('parsers: any input → problems, no exception', () => {
  test('connection strings', () => {
    const prefixed = fc.tuple(fc.constantFrom('', 'postgres://', 'postgresql://'), text).map((parts) => parts.join(''))
    fc.assert(
      fc.property(prefixed, (input) => void parseConnectionString(input, 'DATABASE_URL')),
      { numRuns: 500 },
    )
  })

  test('service files and password files', () => {
    const key = { host: 'h', port: 1, database: 'd', user: 'u' }
    fc.assert(
      fc.property(text, (input) => {
        parseServiceFile(`[x]\n${input}`, 'x', '/s.conf', new LayerDraft('service file'))
        lookUp(parsePassfile(input), key)
      }),
      { numRuns: 500 },
    )
  })

  test('settings, options and variables of any kind', () => {
    const keys = [
      ...PARAMETER_NAMES,
      'ssl',
      'url',
      'pool',
      'policy',
      'secrets',
      'connectionString',
      'max',
      'keepAlive',
      'replicas',
      'replication',
      '__proto__',
    ]
    const record = fc.dictionary(fc.oneof(fc.constantFrom(...keys), fc.string()), fc.anything(), {
      noNullPrototype: true,
    })
    const variables = fc.dictionary(
      fc.constantFrom(
        ...['DATABASE_URL', 'DB_PORT', 'DB_SSL', 'PGSSLMODE', 'PGSERVICE', 'DB_HOST_FILE'],
        ...['DATABASE_READ_URL', 'DB_READ_REPLICA_HOST', 'DB_READ_REPLICA_PORT', 'DB_READ_REPLICA_HOST_FILE'],
      ),
      text,
    )
    fc.assert(
      fc.property(record, record, variables, ({ environment: _, ...settings }, options, environment) => {
        endpointsOf(collect({ settings: { ...settings, environment } as object, options, spelling: REPLICATED }))
      }),
      { numRuns: 500 },
    )
  })
})

describe('messages: a mistyped password → no part of it', () => {
  test.each<[string, (word: string) => string]>([
    ['URL', (word) => `postgres://user:${word}@host:5432/db?sslmode=require`],
    ['URL with it in the query', (word) => `postgres://user@host/db?password=${word}&sslmode=require`],
    ['quoted', (word) => `host=h password='${word}' sslmode=require`],
    ['bare', (word) => `host=h password=${word} sslmode=require`],
  ])('%s', (_form, compose) => {
    fc.assert(
      fc.property(password, (word) => {
        const merged = collect({ settings: { environment: { DATABASE_URL: compose(word) } } })
        expect(inspect([merged.problems, endpointsOf(merged).problems])).not.toContain(CANARY)
        expect(inspect(merged.password, { depth: 9, showHidden: true })).not.toContain(CANARY)
      }),
      { numRuns: 500 },
    )
  })

  test.each<[string, (word: string) => Sources]>([
    ['in settings.replicas', (word) => ({ settings: { replicas: [`postgres://user:${word}@host:5432/db`] } })],
    ['as a host', (word) => ({ settings: { replicas: [`user:${word}@host`, `host:${word}`] } })],
    [
      'in DATABASE_READ_URL',
      (word) => ({ settings: { environment: { DATABASE_READ_URL: `postgres://u:${word}@h` } } }),
    ],
    ['in DB_READ_REPLICA_HOST', (word) => ({ settings: { environment: { DB_READ_REPLICA_HOST: `u:${word}@h,h` } } })],
    [
      'in a replication block',
      (word) => ({
        options: {
          replication: {
            write: `postgres://u:${word}@h`,
            read: [`postgres://u:${word}@h`, { password: word, port: 1 }],
          },
        },
      }),
    ],
  ])('of a replica, %s', (_where, compose) => {
    fc.assert(
      fc.property(password, (word) => {
        const { settings, ...sources } = compose(word)
        const explanation = explain({ settings: { environment: {}, ...settings }, ...sources, spelling: REPLICATED })
        expect(inspect(explanation.problems)).not.toContain(CANARY)
      }),
      { numRuns: 300 },
    )
  })

  test('service file', () => {
    fc.assert(
      fc.property(password, (word) => {
        const draft = new LayerDraft('service file')
        parseServiceFile(`[app]\npassword=${word}`, 'app', '/s.conf', draft)
        expect(inspect(draft.problems)).not.toContain(CANARY)
      }),
      { numRuns: 500 },
    )
  })
})
