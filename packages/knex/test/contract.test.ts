import { attestationOf, explain, resolveProfile, type Settings, secureConfig, secureReplication } from '@verifull/knex'
import { adapterContract } from '@verifull/test-harness'
import type { Knex } from 'knex'
import * as vitest from 'vitest'
import { QUIET } from './config-of.ts'
import { OVERRIDES } from './overrides.ts'
import { VERSIONS } from './versions.ts'

const IMPORTS = "import knex from 'knex'; import { secureConfig } from '@verifull/knex'"

for (const { name, knex, options } of VERSIONS) {
  const isNewest = Object.keys(options).length === 0
  const quiet = (given: unknown) => (isOptions(given) ? { ...options, log: QUIET, ...given } : given)
  const rows = async (db: Knex, sql: string) => (await db.raw(sql)).rows
  const lend = async ({ client }: Knex) => {
    const connection = await client.acquireConnection()
    return { client: connection, release: () => client.releaseConnection(connection) }
  }
  const connection = (more: object) => ({ host: 'db.example', user: 'app', ...more })

  adapterContract(
    {
      name,
      sources: {
        secureConfig: (given: Knex.Config = {}, settings?: Settings) =>
          secureConfig(quiet(given) as Knex.Config, settings),
        explain,
        resolveProfile,
        attestationOf,
      },
      make: (config: Knex.Config) => knex(config),
      query: rows,
      lend,
      close: (db) => db.destroy(),
      override: OVERRIDES,
      deadline: {
        limit: (acquireConnectionTimeout) => ({ acquireConnectionTimeout }),
        size: ({ client }) => client.pool.numUsed() + client.pool.numFree() + client.pool.numPendingCreates(),
      },
      arguments: {
        functions: { secureReplication: (given, settings) => secureReplication(given as object, settings as Settings) },
        inherited: () =>
          Object.create({
            connection: Object.create({ host: 'db.example', user: 'app', statement_timeout: 500 }),
            searchPath: ['app'],
            pool: Object.create({ max: 7 }),
          }),
        kept: { searchPath: ['app'], pool: { max: 7 }, connection: { statement_timeout: 500 } },
      },
      foreignOptions: { places: { 'connection.': (option) => ({ connection: connection(option) }) } },
      obstacles: {
        options: ({ ca, limitMs, ...login }) => ({
          connection: { ...login, ssl: { ca } },
          acquireConnectionTimeout: limitMs,
          pool: { min: 0 },
        }),
        plain: (given) => knex({ ...given, client: 'pg', log: QUIET }),
      },
      replication: {
        make(given, settings) {
          const { write, read = write } = secureReplication({ ...options, log: QUIET, ...given }, settings)
          return { write: knex(write), read: knex(read) }
        },
        query: (both, role, sql) => rows(both[role], sql),
        lend: (both, role) => lend(both[role]),
        close: ({ write, read }) => Promise.all([write.destroy(), read.destroy()]),
      },
      ...(isNewest && {
        process: {
          folder: import.meta.dirname,
          imports: IMPORTS,
          make: (given) => `knex(secureConfig({ log: { warn() {} }, ...${given} }))`,
          limit: (acquireConnectionTimeout) => ({ acquireConnectionTimeout }),
          query: (sql) => `db.raw(${sql}).then(({ rows }) => rows)`,
          close: 'await db.destroy()',
        },
        warning: {
          folder: import.meta.dirname,
          application: `${IMPORTS}; knex(secureConfig()); knex(secureConfig())`,
        },
      }),
    },
    vitest,
  )
}

function isOptions(given: unknown): given is Knex.Config {
  return given === null || (typeof given === 'object' && Object.getPrototypeOf(given) === Object.prototype)
}
