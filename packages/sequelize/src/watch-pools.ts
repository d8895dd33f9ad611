import { Sequelize } from 'sequelize'
import { guardPools } from './guarded-pools.ts'
import { isSecured, rememberPools } from './pool-protocol.ts'

interface Made {
  readonly options: { readonly dialectModule?: unknown }
  readonly connectionManager: { readonly pool?: object }
}

// Of a Sequelize's pool nothing can be had by its options, which a configuration of ours is.
Sequelize.addHook('afterInit', (made: unknown) => {
  const sequelize = made as Sequelize & Made
  if (!isSecured(sequelize.options.dialectModule)) return
  guardPools(sequelize.connectionManager.pool)
  sequelize.addHook('afterConnect', (connection: unknown) => {
    rememberPools(connection as object, () => sequelize.connectionManager.pool)
  })
})
