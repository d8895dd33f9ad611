import { Sequelize } from '@sequelize/core'
import { type Connecting, watchConnects } from '../connecting.ts'
import { guardPools } from '../guarded-pools.ts'
import { isPooled, isSecured, rememberPools, type SequelizePool } from '../pool-protocol.ts'

type Connection = Awaited<ReturnType<SequelizePool['acquire']>>

interface Made {
  readonly dialect: { readonly connectionManager: Connecting; readonly options?: { readonly pgModule?: unknown } }
  readonly pool?: object & {
    destroy(connection: object): Promise<void>
    acquire(options?: object): Promise<Connection>
  }
}

// Of a Sequelize's pool nothing can be had by its options, which a configuration of ours is.
Sequelize.hooks.addListener('afterInit', (made) => {
  const sequelize = made as unknown as Made
  if (!isSecured(sequelize.dialect.options?.pgModule)) return
  guardPools(sequelize.pool, sequelize.dialect.options?.pgModule)
  watchConnects(sequelize.dialect.connectionManager, () => sequelize.pool)
  ignoreUnpooled(sequelize.pool)
  tellTimeouts(sequelize.pool)
  made.hooks.addListener('afterConnect', (connection) => rememberPools(connection, () => sequelize.pool))
})

/**
 * Has the destruction of a connection that no pool has yet do nothing. Sequelize 7 asks for it, and does not handle the
 * rejection, where a session is lost during its first statements: that would end the process.
 */
function ignoreUnpooled(pool: Made['pool']): void {
  const destroy = pool?.destroy
  if (!destroy) return
  pool.destroy = async (connection) => {
    if (isPooled(connection)) await destroy.call(pool, connection)
  }
}

/**
 * Gives the error of a checkout that has waited for too long its message. Sequelize 7 hands the pool's error to a constructor
 * that takes the object around it for the error.
 */
function tellTimeouts(pool: Made['pool']): void {
  const acquire = pool?.acquire
  if (!acquire) return
  pool.acquire = async (options) => {
    try {
      return await acquire.call(pool, options)
    } catch (error) {
      const { message, cause } = error as Error & { readonly cause?: { readonly cause?: unknown } }
      if (message === '' && cause?.cause instanceof Error) {
        Object.assign(error as Error, { message: cause.cause.message, cause: cause.cause })
      }
      throw error
    }
  }
}
