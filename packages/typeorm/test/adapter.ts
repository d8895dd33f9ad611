import { type Adapter, ALL_CAPABILITIES, defineAdapter } from '@verifull/test-harness'
import { configOf } from './config-of.ts'
import type { Version } from './versions.ts'
import { workOf } from './work.ts'

/** Binds Verifull under a version of TypeORM to the suite. */
export function adapterOf(version: Version): Adapter {
  return defineAdapter({
    name: `@verifull/typeorm with ${version.name}`,
    capabilities: ALL_CAPABILITIES,
    work: workOf(version),
    async connect(request) {
      const db = await new version.typeorm.DataSource(configOf(request)).initialize()
      return { query: (sql) => db.query(sql), close: () => db.destroy() }
    },
  })
}
