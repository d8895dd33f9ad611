import { type Monitor, monitoring } from '@verifull/pg'
import { tarnOf } from './tarn.ts'

const monitorDatabase = monitoring('a Knex instance', (db) => {
  const { client } = db as { readonly client?: { readonly pool?: unknown } }
  return { driver: client?.constructor, pools: [tarnOf(client)] }
})

/**
 * Returns the monitor of a Knex instance: the state, the health and the events of its pools, those for replicas included.
 *
 * It makes no query until its `health()` is asked for, and times the checkouts until its `close()`. Several monitors of one
 * Knex instance share its probes. After `destroy()` there is no pool, and the health is `down`.
 *
 * @param db A Knex instance that was made of the result of `secureConfig()`.
 * @throws {@link ConfigurationError} `CONFIGURATION` for anything else, such as one that Verifull did not configure.
 *
 * @example
 * import { monitor, secureConfig } from '@verifull/knex'
 * import knex from 'knex'
 *
 * const db = knex(secureConfig())
 * const watching = monitor(db)
 * console.log((await watching.health()).status) // ready
 * watching.close()
 * await db.destroy()
 */
export function monitor(db: object): Monitor {
  return monitorDatabase(db)
}
