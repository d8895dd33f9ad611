import { ConfigurationError, problemWith } from '@verifull/core/adapter'
import { isFit, needsProbe, type SecurePg } from '@verifull/pg'
import type { Dialect } from './dialect.ts'
import { discardReleased, rememberPool } from './pool-protocol.ts'

export const CONNECTION_POOL =
  'its connections would be made by others; use pool, or give knex() itself a Pool of @verifull/pg'

/** Default limit of making a connection in tarn, Knex's pool, in milliseconds. */
const DEFAULT_CREATE_TIMEOUT_MS = 30_000

/** Makes a dialect that uses this driver only, and that closes the connections that its pool has given up. */
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
     * Makes a connection. The pool knows of it once the server's version has been read; if that fails or exceeds the
     * pool's limit, only this class can close it.
     */
    override async acquireRawConnection(): Promise<unknown> {
      made.length = 0
      const ready = super.acquireRawConnection()
      const [connection] = made
      if (connection) rememberPool(connection, this)
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
      await super.releaseConnection(connection)
      discardReleased(connection)
    }
  }
}
