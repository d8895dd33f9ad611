import { ConfigurationError, isTimed, type Profile, problemWith } from '@verifull/core/adapter'
import {
  Checkouts,
  Connects,
  connectWhileWanted,
  isFit,
  type Lender,
  needsProbe,
  rememberWatched,
  type SecurePg,
  showInOptions,
  type WatchedPool,
  type WatchLimits,
} from '@verifull/pg'
import type { Knex } from 'knex'
import type { Dialect } from './dialect.ts'
import { isDiscarded, rememberPool, removeIdle } from './pool-protocol.ts'
import { type Tarn, tarnOf, waitingIn } from './tarn.ts'
import { watchTarn } from './watched-tarn.ts'

export const CONNECTION_POOL =
  'its connections would be made by others; use pool, or give knex() itself a Pool of @verifull/pg'

/** Default limit of making a connection in tarn, Knex's pool, in milliseconds. */
const DEFAULT_CREATE_TIMEOUT_MS = 30_000

/** Name of Knex's error for a checkout that has waited for too long. */
const TIMEOUT = 'KnexTimeoutError'

type SecureClient = InstanceType<SecurePg['Client']>

/** A pool, and the guards that belong to it. */
interface Guarded {
  readonly watched: WatchedPool
  readonly connects: Connects
  readonly checkouts: Checkouts<SecureClient>
}

/** Makes a dialect that uses this driver only, and that closes the connections that its pool has given up. */
export function secureDialect(
  dialect: Dialect,
  driver: SecurePg,
  watching: { readonly servers: readonly Profile[]; readonly limits: WatchLimits },
): Dialect {
  const made: SecureClient[] = []
  // By the pool: Knex copies a dialect, as for withUserParams(), and its copies have the same pool.
  const pools = new WeakMap<Tarn, Guarded>()

  class Client extends driver.Client {
    constructor(config?: ConstructorParameters<SecurePg['Client']>[0]) {
      super(config)
      made[0] = this
    }
  }

  return class extends dialect {
    override initializeDriver(): void {
      this.driver = { ...driver, Client }
      // Instrumentations read the endpoint there; each client is made of this object.
      showInOptions(this.connectionSettings, undefined, Client)
    }

    override initializeExternalPool(): never {
      throw new ConfigurationError([problemWith('connectionPool', `option connectionPool: ${CONNECTION_POOL}`)])
    }

    override initializePool(config?: Knex.Config): void {
      super.initializePool(config)
      const pool = tarnOf(this)
      if (!pool) return
      const connects = new Connects()
      // The event comes before the checkout is taken out of those that wait.
      pool.on('acquireFail', () => queueMicrotask(() => connects.stop(pool.pendingCreates.length - waitingIn(pool))))
      const watched = watchTarn(pool, connects, watching, {
        acquire: () => this.acquireConnection() as Promise<SecureClient>,
        release: (client) => this.releaseConnection(client as SecureClient),
        destroy: () => this.destroy(),
      })
      const lender: Lender<SecureClient> = { isTimeout, limitMs: () => pool.acquireTimeoutMillis }
      pools.set(pool, { watched, connects, checkouts: new Checkouts(watched, lender) })
      rememberWatched(pool, watched)
    }

    override async destroy(callback?: unknown): Promise<void> {
      const pool = tarnOf(this)
      await super.destroy(callback)
      if (pool) pools.get(pool)?.watched.ended()
    }

    override acquireConnection(): Promise<unknown> {
      const pool = tarnOf(this)
      const checkouts = pool && pools.get(pool)?.checkouts
      const acquire = () => super.acquireConnection() as Promise<SecureClient>
      return checkouts ? checkouts.checkout(acquire, this.acquireConnection) : acquire()
    }

    /**
     * Makes a connection. The pool knows of it once the server's version has been read; if that fails or exceeds the
     * pool's limit, only this class can close it.
     */
    override async acquireRawConnection(): Promise<unknown> {
      const isWanted = () => {
        const pool = tarnOf(this)
        return pool !== undefined && waitingIn(pool) > 0
      }
      return await connectWhileWanted(() => connect(this, () => super.acquireRawConnection()), isWanted)
    }

    override validateConnection(connection: SecureClient): Promise<boolean> {
      const isValid = super.validateConnection(connection)
      return needsProbe(connection) ? isValidAndFit(isValid, connection) : isValid
    }

    override releaseConnection(connection: SecureClient): Promise<void> {
      // One that was cut off is given back when there is no pool any more.
      const pool = tarnOf(this)
      if (!pool) return Promise.resolve()
      if (isTimed()) pools.get(pool)?.watched.givenBack(connection)
      const released = super.releaseConnection(connection)
      // A dialect of the application may return no promise.
      return isDiscarded(connection) ? Promise.resolve(released).then(() => removeIdle(connection)) : released
    }
  }

  async function connect(client: InstanceType<Dialect>, raw: () => Promise<unknown>): Promise<unknown> {
    made.length = 0
    const ready = raw()
    const [connection] = made
    const pool = tarnOf(client)
    if (connection) {
      rememberPool(connection, client)
      if (pool) pools.get(pool)?.connects.add(connection, ready)
    }
    const giveUp = () => connection?.end().catch(() => {})
    const limit = setTimeout(giveUp, client.config.pool?.createTimeoutMillis || DEFAULT_CREATE_TIMEOUT_MS)
    try {
      return await ready
    } catch (error) {
      giveUp()
      throw error
    } finally {
      clearTimeout(limit)
    }
  }
}

async function isValidAndFit(
  isValid: Promise<boolean> | boolean,
  connection: Parameters<typeof isFit>[0],
): Promise<boolean> {
  return (await isValid) && (await isFit(connection))
}

function isTimeout(error: unknown): error is Error {
  return error instanceof Error && error.name === TIMEOUT
}
