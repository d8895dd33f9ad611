import { type Adapter, ALL_CAPABILITIES, defineAdapter } from '@verifull/test-harness'
import { configOf } from './config-of.ts'
import type { Version } from './versions.ts'
import { workOf } from './work.ts'

/** Binds Verifull under a version of Knex to the suite. */
export function adapterOf({ name, knex, options }: Version): Adapter {
  return defineAdapter({
    name: `@verifull/knex with ${name}`,
    capabilities: ALL_CAPABILITIES,
    work: workOf({ name, knex, options }),
    async connect(request) {
      const db = knex(configOf(request, options))
      const session = await db.transaction()
      const close = () => session.commit().then(() => db.destroy())
      return { query: async (sql) => (await session.raw(sql)).rows, close }
    },
  })
}
