import { ConfigurationError, isTraced, type Profile, problemWith } from '@verifull/core/adapter'
import {
  Connects,
  isFit,
  needsProbe,
  rememberWatched,
  type SecurePg,
  tracedCheckout,
  type WatchedPool,
  type WatchLimits,
  wasStopped,
} from '@verifull/pg'
import type { Knex } from 'knex'
import type { Dialect } from './dialect.ts'
import { discardReleased, rememberPool } from './pool-protocol.ts'
import { tarnOf, waitingIn } from './tarn.ts'
import { watchTarn } from './watched-tarn.ts'

export const CONNECTION_POOL =
  'its connections would be made by others; use pool, or give knex() itself a Pool of @verifull/pg'

/** Default limit of making a connection in tarn, Knex's pool, in milliseconds. */
const DEFAULT_CREATE_TIMEOUT_MS = 30_000

/** Name of Knex's error for a checkout that has waited for too long. */
const TIMEOUT = 'KnexTimeoutError'

/** Makes a dialect that uses this driver only, and that closes the connections that its pool has given up. */
export function secureDialect(
  dialect: Dialect,
  driver: SecurePg,
  servers: { readonly profile: Profile | undefined; readonly limits: WatchLimits },
): Dialect {
  const made: InstanceType<SecurePg['Client']>[] = []
  const connects = new WeakMap<object, Connects>()
  const pools = new WeakMap<object, WatchedPool>()

  class Client extends driver.Client {
    constructor(config?: ConstructorParameters<SecurePg['Client']>[0]) {
      super(config)
      made[0] = this
    }
  }

  return class extends dialect {
    override initializeDriver(): void {
      this.driver = { ...driver, Client }
    }

    override initializeExternalPool(): never {
      throw new ConfigurationError([problemWith('connectionPool', `option connectionPool: ${CONNECTION_POOL}`)])
    }

    override initializePool(config?: Knex.Config): void {
      super.initializePool(config)
      const own = new Connects()
      connects.set(this, own)
      const pool = tarnOf(this)
      if (!pool) return
      // The event comes before the checkout is taken out of those that wait.
      pool.on('acquireFail', () => queueMicrotask(() => own.stop(pool.pendingCreates.length - waitingIn(pool))))
      const watched = watchTarn(pool, own, servers, () => this.destroy())
      pools.set(this, watched)
      rememberWatched(this, watched)
    }

    override async destroy(callback?: unknown): Promise<void> {
      await super.destroy(callback)
      pools.get(this)?.ended()
    }

    override acquireConnection(): Promise<unknown> {
      const watched = pools.get(this)
      if (!watched || !isTraced('verifull:pool:acquire')) return this.#lend(watched)
      return tracedCheckout(watched, () => this.#lend(watched))
    }

    async #lend(watched: WatchedPool | undefined): Promise<InstanceType<SecurePg['Client']>> {
      const refusal = watched?.refusal()
      if (refusal) throw refusal
      const stack = watched?.stackOf(this.acquireConnection)
      const began = performance.now()
      try {
        const connection: InstanceType<SecurePg['Client']> = await super.acquireConnection()
        watched?.lend(connection, stack)
        return connection
      } catch (error) {
        if (error instanceof Error && error.name === TIMEOUT) watched?.explain(error, performance.now() - began)
        throw error
      }
    }

    /**
     * Makes a connection. The pool knows of it once the server's version has been read; if that fails or exceeds the
     * pool's limit, only this class can close it.
     */
    override async acquireRawConnection(): Promise<unknown> {
      for (;;) {
        try {
          return await this.#connect(super.acquireRawConnection.bind(this))
        } catch (error) {
          // The pool would give the error to a checkout that came while the connect was being stopped.
          const pool = tarnOf(this)
          if (!wasStopped(error) || !pool || waitingIn(pool) === 0) throw error
        }
      }
    }

    async #connect(connect: () => Promise<unknown>): Promise<unknown> {
      made.length = 0
      const ready = connect()
      const [connection] = made
      if (connection) {
        rememberPool(connection, this)
        connects.get(this)?.add(connection, ready)
      }
      const giveUp = () => connection?.end().catch(() => {})
      const limit = setTimeout(giveUp, this.config.pool?.createTimeoutMillis || DEFAULT_CREATE_TIMEOUT_MS)
      try {
        return await ready
      } catch (error) {
        giveUp()
        throw error
      } finally {
        clearTimeout(limit)
      }
    }

    override async validateConnection(connection: InstanceType<SecurePg['Client']>): Promise<boolean> {
      if (!(await super.validateConnection(connection))) return false
      return !needsProbe(connection) || isFit(connection)
    }

    override async releaseConnection(connection: InstanceType<SecurePg['Client']>): Promise<void> {
      // One that was cut off is given back when there is no pool any more.
      if (!this.pool) return
      await super.releaseConnection(connection)
      discardReleased(connection)
    }
  }
}
