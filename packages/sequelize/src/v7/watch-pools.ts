import { Sequelize } from '@sequelize/core'
import { type Connecting, watchConnects } from '../connecting.ts'
import { guardPools } from '../guarded-pools.ts'
import { isPooled, isSecured, rememberPools } from '../pool-protocol.ts'

interface Made {
  readonly dialect: { readonly connectionManager: Connecting; readonly options?: { readonly pgModule?: unknown } }
  readonly pool?: object & { destroy(connection: object): Promise<void> }
}

// Of a Sequelize's pool nothing can be had by its options, which a configuration of ours is.
Sequelize.hooks.addListener('afterInit', (made) => {
  const sequelize = made as unknown as Made
  if (!isSecured(sequelize.dialect.options?.pgModule)) return
  guardPools(sequelize.pool)
  watchConnects(sequelize.dialect.connectionManager, () => sequelize.pool)
  ignoreUnpooled(sequelize.pool)
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
