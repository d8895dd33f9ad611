import { type Monitor, monitoring } from '@verifull/pg'
import type { Pools } from '../pool-protocol.ts'

const monitorDatabase = monitoring('a Sequelize', (db) => {
  const { dialect, pool } = db as {
    readonly dialect?: { readonly options?: { readonly pgModule?: unknown } }
    readonly pool?: Pools
  }
  return { driver: dialect?.options?.pgModule, pools: [pool, pool?.read, pool?.write] }
})

/**
 * Returns the monitor of a Sequelize: the state, the health and the events of its pools, those for replicas included.
 *
 * It makes no query until its `health()` is asked for, and times the checkouts until its `close()`. Several monitors of one
 * Sequelize share its probes. After its `close()` the health is `down`.
 *
 * @param db A Sequelize that was made of the result of `secureConfig()`.
 * @throws {@link ConfigurationError} `CONFIGURATION` for anything else, such as one that Verifull did not configure.
 *
 * @example
 * import { Sequelize } from '@sequelize/core'
 * import { monitor, secureConfig } from '@verifull/sequelize/v7'
 *
 * const sequelize = new Sequelize(secureConfig())
 * const watching = monitor(sequelize)
 * console.log((await watching.health()).status) // ready
 * watching.close()
 * await sequelize.close()
 */
export function monitor(db: object): Monitor {
  return monitorDatabase(db)
}
