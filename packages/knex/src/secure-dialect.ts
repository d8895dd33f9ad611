import { ConfigurationError, problemWith } from '@verifull/core/adapter'
import type { SecurePg } from '@verifull/pg'
import type { Dialect } from './dialect.ts'

export const CONNECTION_POOL =
  'its connections would be made by others; use pool, or give knex() itself a Pool of @verifull/pg'

/** That of tarn, Knex's pool. */
const DEFAULT_CREATE_TIMEOUT_MS = 30_000

/** Gives a dialect that has this driver and no other, and that closes what its pool has given up. */
export function secureDialect(dialect: Dialect, driver: SecurePg): Dialect {
  const made: InstanceType<SecurePg['Client']>[] = []

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

    /**
     * The pool knows of a connection when the server has told its version. Where that fails or takes longer than the pool
     * waits, nobody but us could close it.
     */
    override async acquireRawConnection(): Promise<unknown> {
      made.length = 0
      const ready = super.acquireRawConnection()
      const [connection] = made
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
  }
}
