import { closing, wrongArgument } from '@verifull/core/adapter'
import { securedBy } from './secured.ts'
import { watchedPools } from './watched-pools.ts'

/** Options of `close()`. */
export interface CloseOptions {
  /**
   * Ends the pools as well: they lend nothing new, what is lent or waits goes on for so long, in milliseconds, and is cut off
   * then: a statement is cancelled, an open transaction rolled back. Default: the pools are left to their library.
   */
  readonly timeoutMs?: number
}

/** The function `close()` of an adapter: a target and options, or options alone. */
export type Close = (target?: object, options?: CloseOptions) => Promise<void>

/**
 * Makes the function `close()` of an adapter.
 *
 * @param driverIn Finds the driver in a configuration, or in the pool that was made of one.
 */
export function closingDriver(driverIn: (target: object) => unknown): Close {
  const profilesOf = (target: object) => {
    const secured = securedBy(driverIn(target))
    return secured && [...secured.primary, ...secured.replicas]
  }
  const closeProfiles = closing(profilesOf)
  return async (target, options) => {
    if (options === undefined && target && isOptions(target)) return await closeWith(undefined, target)
    await closeWith(target, options)
  }

  async function closeWith(target: object | undefined, options: CloseOptions = {}): Promise<void> {
    const timeoutMs = timeoutOf(options)
    // A target that is none is refused below, before anything ends.
    const profiles = target && (profilesOf(target) ?? [])
    if (timeoutMs !== undefined) await Promise.all(watchedPools(profiles).map((pool) => pool.drain(timeoutMs)))
    await closeProfiles(target)
  }
}

/** Longest time of a timer, in milliseconds. */
const LONGEST_MS = 2 ** 31 - 1

function timeoutOf(options: CloseOptions): number | undefined {
  if (typeof options !== 'object' || options === null) {
    throw wrongArgument('close', 'options', `must be an object such as { timeoutMs: 10000 }, not ${String(options)}`)
  }
  const other = Object.keys(options).find((name) => name !== 'timeoutMs')
  if (other !== undefined) throw wrongArgument('close', 'options', `has no ${JSON.stringify(other)}; it has timeoutMs`)
  const { timeoutMs } = options
  if (timeoutMs === undefined || (typeof timeoutMs === 'number' && timeoutMs >= 0 && timeoutMs <= LONGEST_MS)) {
    return timeoutMs
  }
  const range = `must be a number of milliseconds from 0 to ${LONGEST_MS}`
  throw wrongArgument('close', 'timeoutMs', `${range}, not ${String(timeoutMs)}; for 10 s write 10000`)
}

/** True for options in the place of a target. */
function isOptions(target: object): target is CloseOptions {
  return Object.keys(target).length > 0 && Object.keys(target).every((name) => name === 'timeoutMs')
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
 * With `timeoutMs` it ends the pools first: they lend nothing new, what is lent or waits goes on for so long, and is cut off
 * then. It can be given alone: `close({ timeoutMs: 10_000 })`.
 *
 * @param target The result of `secureConfig()`, or the Pool made of it. Default: all configurations that have connected.
 * @param options `timeoutMs`: time for what is lent, in milliseconds. Default: the pools are left to their library.
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
export function close(target?: object, options?: CloseOptions): Promise<void> {
  return closeTarget(target, options)
}

/** Has `await using` close a configuration. A copy of the configuration does not have it. */
export function disposable<Config extends object>(
  config: Config,
  closeIt: (config: Config) => Promise<void>,
): Config & AsyncDisposable {
  Object.defineProperty(config, Symbol.asyncDispose, { value: () => closeIt(config), configurable: true })
  return config as Config & AsyncDisposable
}
