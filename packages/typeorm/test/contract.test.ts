import { adapterContract } from '@verifull/test-harness'
import { attestationOf, explain, resolveProfile, secureConfig } from '@verifull/typeorm'
import type pg from 'pg'
import type { DataSource, DataSourceOptions } from 'typeorm'
import * as vitest from 'vitest'
import { OVERRIDES } from './overrides.ts'
import { VERSIONS } from './versions.ts'

for (const { name, typeorm } of VERSIONS) {
  const ready = (db: DataSource) => (db.isInitialized ? db : db.initialize())
  const end = async (db: DataSource) => {
    if (db.isInitialized) await db.destroy()
  }
  const runnerOf = async (db: DataSource, role: 'write' | 'read') =>
    (await ready(db)).createQueryRunner(role === 'read' ? 'slave' : 'master')
  const lend = async (db: DataSource, role: 'write' | 'read' = 'write') => {
    const runner = await runnerOf(db, role)
    return { client: await runner.connect(), release: () => runner.release() }
  }

  adapterContract(
    {
      name,
      sources: { secureConfig, explain, resolveProfile, attestationOf },
      make: (config: DataSourceOptions) => new typeorm.DataSource(config),
      query: async (db, sql) => (await ready(db)).query(sql),
      lend,
      close: end,
      override: OVERRIDES,
      deadline: {
        limit: (connectTimeoutMS) => ({ connectTimeoutMS }),
        size: ({ driver, isInitialized }) =>
          isInitialized ? (driver as unknown as { master: pg.Pool }).master.totalCount : 0,
      },
      arguments: {
        inherited: () =>
          Object.create({
            host: 'db.example',
            username: 'app',
            extra: Object.create({ statement_timeout: 500, max: 7 }),
          }),
        kept: { poolSize: 7, extra: { statement_timeout: 500 } },
      },
      foreignOptions: {
        places: {
          '': (option) => ({ host: 'db.example', ...option }),
          'extra.': (extra) => ({ host: 'db.example', extra }),
          'replication.master.': (option) => ({
            replication: { master: { host: 'db.example', ...option }, slaves: [] },
          }),
          'replication.slaves[0].': (option) => ({
            host: 'db.example',
            replication: { slaves: [{ host: 'replica.example', ...option }] },
          }),
        },
      },
      obstacles: {
        options: ({ user: username, ca, limitMs: connectTimeoutMS, ...login }) => ({
          ...login,
          username,
          ssl: { ca },
          connectTimeoutMS,
        }),
        plain: (options) => new typeorm.DataSource({ type: 'postgres', ...options }),
      },
      process: {
        folder: import.meta.dirname,
        imports: `import { DataSource } from '${name === VERSIONS[0]?.name ? 'typeorm' : 'typeorm-0.3'}'; import { secureConfig } from '@verifull/typeorm'`,
        make: (options) => `new DataSource(secureConfig(${options}))`,
        limit: (connectTimeoutMS) => ({ connectTimeoutMS }),
        query: (sql) => `(db.isInitialized ? Promise.resolve() : db.initialize()).then(() => db.query(${sql}))`,
        close: 'if (db.isInitialized) await db.destroy()',
        loadsNative: true,
      },
      replication: {
        make: (options, settings) => new typeorm.DataSource(secureConfig(options, settings)),
        async query(db, role, sql) {
          const runner = await runnerOf(db, role)
          return runner.query(sql).finally(() => runner.release())
        },
        lend,
        close: end,
        connectsToAll: true,
        ways: {
          'replication, with TLS at the top alone, which TypeORM itself ignores': ({ pair, settings, ca }) => {
            const { user: username, password, database } = settings
            const server = { username, password, database, host: 'localhost' }
            const slaves = [{ ...server, port: pair.standby.port }]
            const replication = { master: { ...server, port: pair.primary.port }, slaves }
            return [{ ssl: { ca }, replication }, { environment: { NODE_ENV: 'production' } }]
          },
        },
      },
      warning: {
        folder: import.meta.dirname,
        application: `import { DataSource } from 'typeorm'; import { secureConfig } from '@verifull/typeorm';
          new DataSource(secureConfig()); new DataSource(secureConfig())`,
      },
    },
    vitest,
  )
}
