import { Sequelize } from 'sequelize'
import { type Connecting, watchConnects } from './connecting.ts'
import { guardPools } from './guarded-pools.ts'
import { isSecured, rememberPools } from './pool-protocol.ts'

interface Made {
  readonly options: { readonly dialectModule?: unknown }
  readonly connectionManager: Connecting & { readonly pool?: object; readonly versionPromise?: object | null }
}

// Of a Sequelize's pool nothing can be had by its options, which a configuration of ours is.
Sequelize.addHook('afterInit', (made: unknown) => {
  const sequelize = made as Sequelize & Made
  if (!isSecured(sequelize.options.dialectModule)) return
  const manager = sequelize.connectionManager
  guardPools(manager.pool, sequelize.options.dialectModule)
  // While the version is read, which Sequelize does once, the connection is for no pool.
  watchConnects(manager, () => (manager.versionPromise ? undefined : manager.pool))
  sequelize.addHook('afterConnect', (connection: unknown) => {
    rememberPools(connection as object, () => manager.pool)
  })
})
