import { ALL_CAPABILITIES, defineAdapter } from '@verifull/test-harness'
import { configOf } from './config.ts'
import { pgPromiseWork, pgp } from './work/pg-promise.ts'

/** pg-promise makes a Pool of the configuration, from a copy of pg of its own, whose types are its own as well. */
export const pgPromiseAdapter = defineAdapter({
  name: 'pg-promise 12 through @verifull/pg',
  capabilities: ALL_CAPABILITIES,
  async connect(request) {
    const db = pgp(configOf(request) as object)
    const connection = await db.connect()
    return {
      query: (sql) => connection.any(sql),
      async close() {
        connection.done(true)
        await db.$pool.end()
      },
    }
  },
  work: pgPromiseWork,
})
