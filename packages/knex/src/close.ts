import { type CloseOptions, closingDriver } from '@verifull/pg'

const closeTarget = closingDriver((target) => {
  const { client } = target as { client?: unknown }
  return typeof client === 'object' ? client?.constructor : client
})

/**
 * Ends all that goes on beyond the connections of a configuration: Vault's leases and tokens, requests to secret stores,
 * kept secrets.
 *
 * To be called when the Knex instance has been destroyed. A configuration that is closed makes no connection any more: one that is asked
 * for, or that is being made, fails with {@link ConnectError} `CLOSED`. A provider goes on while a configuration that is
 * not closed uses it. After the last one a lease, and a token that was got by logging in, are revoked; where that fails
 * they end by their own time. Takes some seconds at most; later calls wait for the first.
 *
 * With `timeoutMs` it ends the pools first: they lend nothing new, what is lent or waits goes on for so long, and is cut off
 * then. It can be given alone: `close({ timeoutMs: 10_000 })`.
 *
 * @param target The result of `secureConfig()`, or the Knex instance made of it. Default: all configurations that have connected.
 * @param options `timeoutMs`: time for what is lent, in milliseconds. Default: the pools are left to their library.
 * @throws {@link ConfigurationError} `CONFIGURATION` for anything else.
 *
 * @example
 * import { close, secureConfig } from '@verifull/knex'
 * import knex from 'knex'
 *
 * const db = knex(secureConfig())
 * await db.select(db.raw('1 as one'))
 * await db.destroy()
 * await close(db)
 */
export function close(target?: object, options?: CloseOptions): Promise<void> {
  return closeTarget(target, options)
}
