import { closing } from '@verifull/core/adapter'
import { securedBy } from './secured.ts'

/**
 * Makes the function `close()` of an adapter.
 *
 * @param driverIn Finds the driver in a configuration, or in the pool that was made of one.
 */
export function closingDriver(driverIn: (target: object) => unknown): (target?: object) => Promise<void> {
  return closing((target) => {
    const secured = securedBy(driverIn(target))
    return secured && [...secured.primary, ...secured.replicas]
  })
}

const closeTarget = closingDriver((target) => {
  const { Client, stream, options } = target as { Client?: unknown; stream?: unknown; options?: { Client?: unknown } }
  return [target, Client, stream, options?.Client].find((driver) => securedBy(driver))
})

/**
 * Ends all that goes on beyond the connections of a configuration: Vault's leases and tokens, requests to secret stores,
 * kept secrets.
 *
 * To be called when the pool has ended. A configuration that is closed makes no connection any more: one that is asked for,
 * or that is being made, fails with {@link ConnectError} `CLOSED`. A provider goes on while a configuration that is not
 * closed uses it. After the last one a lease, and a token that was got by logging in, are revoked; where that fails they
 * end by their own time. Takes some seconds at most; later calls wait for the first.
 *
 * @param target The result of `secureConfig()`, or the Pool made of it. Default: all configurations that have connected.
 * @throws {@link ConfigurationError} `CONFIGURATION` for anything else.
 *
 * @example
 * import pg from 'pg'
 * import { close, secureConfig } from '@verifull/pg'
 *
 * const pool = new pg.Pool(secureConfig())
 * await pool.query('select 1 as one')
 * await pool.end()
 * await close(pool)
 */
export function close(target?: object): Promise<void> {
  return closeTarget(target)
}

/** Has `await using` close a configuration. A copy of the configuration does not have it. */
export function disposable<Config extends object>(
  config: Config,
  closeIt: (config: Config) => Promise<void>,
): Config & AsyncDisposable {
  Object.defineProperty(config, Symbol.asyncDispose, { value: () => closeIt(config), configurable: true })
  return config as Config & AsyncDisposable
}
