import assert from 'node:assert/strict'
import { PostgresDialect } from '@sequelize/postgres'
import * as six from '@verifull/sequelize'
import * as seven from '@verifull/sequelize/v7'
import { adapterContract, SESSION_SEEN } from '@verifull/test-harness'
import { QueryTypes, type Sequelize } from 'sequelize'
import * as vitest from 'vitest'
import { overridesOf, spelledOf } from './overrides.ts'
import { ADMITTED_IN_SILENCE, rowsOf, VERSIONS } from './versions.ts'

for (const version of VERSIONS) {
  const { name, user, open, lend, poolOf } = version
  const isSix = user === 'username'
  const { secureConfig, explain, resolveProfile, attestationOf } = isSix ? six : seven
  const imports = isSix
    ? "import { Sequelize } from 'sequelize'; import { secureConfig } from '@verifull/sequelize'"
    : "import { Sequelize } from '@sequelize/core'; import { secureConfig } from '@verifull/sequelize/v7'"
  const lent = async (db: Sequelize, role: 'read' | 'write' = 'write') => {
    const client = await lend(db, role)
    return { client, release: () => poolOf(db).release(client) }
  }

  adapterContract(
    {
      name,
      sources: { secureConfig, explain, resolveProfile, attestationOf },
      make: (config) => open({ logging: false, ...config }),
      /** Reads; what a session is like is asked of both pools. */
      async query(db, sql) {
        const rows = await rowsOf(db, sql)
        if (sql === SESSION_SEEN) assert.deepEqual((await db.query(sql))[0], rows)
        return rows
      },
      lend: lent,
      async close(db) {
        // Sequelize 7's own close() leaves a connection open that is being made.
        if (!isSix) await poolOf(db).drain()
        await db.close()
      },
      override: overridesOf(version),
      deadline: {
        limit: (acquire) => ({ pool: { max: 2, acquire } }),
        limitMs: 4000,
        connects: {
          'authenticate()': (db) => db.authenticate(),
          'a connection of the pool': (db) => poolOf(db).acquire(),
        },
        size: (db) => poolOf(db).size,
        silent: ADMITTED_IN_SILENCE,
        late: "no answer to Sequelize's first statements within 3.8 s in all",
      },
      arguments: {
        inherited: () =>
          Object.create({ host: 'db.example', [user]: 'app', logging: false, pool: Object.create({ max: 7 }) }),
        kept: { logging: false, pool: { max: 7 } },
      },
      foreignOptions: {
        places: {
          '': (option) => ({ host: 'db.example', ...option }),
          ...(isSix && { 'dialectOptions.': (dialectOptions) => ({ host: 'db.example', dialectOptions }) }),
          'replication.read[0].': (option) => ({
            host: 'db.example',
            replication: { read: [{ host: 'one.example', ...option }] },
          }),
        },
      },
      obstacles: {
        options: ({ user: login, ca, limitMs, ...server }) => ({
          ...server,
          ...spelledOf(version, { ssl: { ca }, connectionTimeoutMillis: limitMs }),
          [user]: login,
          pool: { acquire: 4000 },
        }),
        plain: (options) => open({ ...options, logging: false, dialect: isSix ? 'postgres' : PostgresDialect }),
      },
      process: {
        folder: import.meta.dirname,
        imports,
        make: (options) => `new Sequelize(secureConfig({ logging: false, ...${options} }))`,
        limit: (acquire) => ({ pool: { acquire } }),
        query: (sql) => `db.query(${sql}).then(([rows]) => rows)`,
        close: 'await db.close()',
      },
      replication: {
        make: (options, settings) => open({ logging: false, ...secureConfig(options, settings) }),
        query: (db, role, sql) => db.query(sql, { type: QueryTypes.SELECT, useMaster: role === 'write' }),
        lend: lent,
        close: (db) => db.close(),
        ways: {
          'replication.read, an object in an array': ({ settings, pair }) => [
            { replication: { write: {}, read: [{ host: 'localhost', port: pair.standby.port }] } },
            settings,
          ],
          'replication.read, an object': ({ settings, pair }) => [
            { replication: { write: {}, read: { host: 'localhost', port: pair.standby.port } } },
            settings,
          ],
          'replication, with all that is known of each server': ({ settings, pair }) => {
            const { host, port, user: login, password, database, ...rest } = settings
            const server = { host, [user]: login, password, database }
            const read = [{ ...server, port: pair.standby.port }]
            return [{ replication: { write: { ...server, port }, read } }, rest]
          },
        },
      },
      warning: {
        folder: import.meta.dirname,
        application: `${imports}; new Sequelize(secureConfig()); new Sequelize(secureConfig())`,
      },
    },
    vitest,
  )
}
