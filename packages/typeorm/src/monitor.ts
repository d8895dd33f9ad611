import { type Monitor, monitoring } from '@verifull/pg'

/** The pools of TypeORM's driver: `initialize()` makes them. */
interface Driver {
  readonly master?: object
  readonly slaves?: readonly object[]
}

const monitorDatabase = monitoring('a DataSource', (db) => {
  const { driver, options } = db as { readonly driver?: Driver; readonly options?: { readonly driver?: unknown } }
  return { driver: options?.driver, pools: [driver?.master, ...(driver?.slaves ?? [])] }
})

/**
 * Returns the monitor of a DataSource: the state, the health and the events of its pools, those for replicas included.
 *
 * It makes no query until its `health()` is asked for, and times the checkouts until its `close()`. Several monitors of one
 * DataSource share its probes. Before `initialize()` there is no pool, and the health is `down`.
 *
 * @param db A DataSource that was made of the result of `secureConfig()`.
 * @throws {@link ConfigurationError} `CONFIGURATION` for anything else, such as one that Verifull did not configure.
 *
 * @example
 * import { monitor, secureConfig } from '@verifull/typeorm'
 * import { DataSource } from 'typeorm'
 *
 * const db = await new DataSource(secureConfig({ entities: [] })).initialize()
 * const watching = monitor(db)
 * console.log((await watching.health()).status) // ready
 * watching.close()
 * await db.destroy()
 */
export function monitor(db: object): Monitor {
  return monitorDatabase(db)
}
