import { ALL_CAPABILITIES, defineAdapter } from '@verifull/test-harness'
import { settingsOf } from './request.ts'
import { rowsOf, VERSIONS } from './versions.ts'
import { workOf } from './work.ts'

/** Verifull under each version of Sequelize, bound to the suite. */
export const adapters = VERSIONS.map((version) =>
  defineAdapter({
    name: `@verifull/sequelize with ${version.name}`,
    capabilities: ALL_CAPABILITIES,
    work: workOf(version),
    async connect(request) {
      // Without the server's version, Sequelize 6 queries it on a connection of its own.
      const options = { databaseVersion: '15.0.0', pool: { max: 1, acquire: request.timeoutMs } }
      const db = version.open(version.secured(options, settingsOf(request)))
      await db.authenticate()
      return { query: (sql) => rowsOf(db, sql), close: () => db.close() }
    },
  }),
)
