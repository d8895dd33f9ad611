import { type Monitor, monitorOf, wrongArgument } from '@verifull/core/adapter'
import { securedBy } from './secured.ts'
import { watchedPool } from './watched-pools.ts'

/** The parts of a library's object for a database. */
export interface DatabaseParts {
  /** The driver that it connects with. */
  readonly driver: unknown
  /** Its pools; absent ones have not been made yet, or have ended. */
  readonly pools: readonly (object | null | undefined)[]
}

/**
 * Makes the function `monitor()` of an adapter.
 *
 * @param noun The object that it takes, for the message about another one: `a DataSource`.
 * @param partsOf Finds the parts of such an object; it is asked each time, as a library may make its pools later.
 */
export function monitoring(noun: string, partsOf: (db: object) => DatabaseParts): (db: object) => Monitor {
  return (db) => {
    const isObject = (typeof db === 'object' || typeof db === 'function') && db !== null
    const secured = isObject ? securedBy(partsOf(db).driver) : undefined
    if (!secured) throw wrongArgument('monitor', 'db', `must be ${noun} made of what secureConfig() gave`)
    return monitorOf({
      profiles: [...secured.primary, ...secured.replicas],
      pools: () => partsOf(db).pools.flatMap((pool) => (pool && watchedPool(pool)) || []),
    })
  }
}

const monitorPool = monitoring('a Pool', (pool) => {
  const { options } = pool as { readonly options?: { readonly Client?: unknown } }
  return { driver: options?.Client, pools: [pool] }
})

/**
 * Returns the monitor of a Pool: its state, its health and its events.
 *
 * It makes no query until its `health()` is asked for, and times the checkouts until its `close()`. Several monitors of one
 * pool share its probe. The pool is not kept from ending: a monitor of one that has ended says so.
 *
 * @param db A Pool that was made of the result of `secureConfig()` or `securePg()`.
 * @throws {@link ConfigurationError} `CONFIGURATION` for anything else, such as a pool that Verifull did not configure.
 *
 * @example
 * import { monitor, secureConfig } from '@verifull/pg'
 * import pg from 'pg'
 *
 * const pool = new pg.Pool(secureConfig())
 * const watching = monitor(pool)
 * const { status, reasons } = await watching.health()
 * console.log(status, reasons) // ready []
 * watching.close()
 * await pool.end()
 */
export function monitor(db: object): Monitor {
  return monitorPool(db)
}
