import { ALL_CAPABILITIES, defineAdapter } from '@verifull/test-harness'
import { secureConfig } from '@verifull/typeorm'
import { settingsOf } from './request.ts'
import { VERSIONS } from './versions.ts'

/** Verifull under each line of TypeORM, bound to the suite. */
export const adapters = VERSIONS.map(({ name, typeorm: { DataSource } }) =>
  defineAdapter({
    name: `@verifull/typeorm with ${name}`,
    capabilities: ALL_CAPABILITIES,
    async connect(request) {
      const db = new DataSource(secureConfig({ connectTimeoutMS: request.timeoutMs }, settingsOf(request)))
      await db.initialize()
      return { query: (sql) => db.query(sql), close: () => db.destroy() }
    },
  }),
)
