import { Sequelize } from '@sequelize/core'
import { isSecured, rememberPools } from '../pool-protocol.ts'

interface Made {
  readonly dialect: { readonly options?: { readonly pgModule?: unknown } }
  readonly pool?: object
}

// Of a Sequelize's pool nothing can be had by its options, which a configuration of ours is.
Sequelize.hooks.addListener('afterInit', (made) => {
  const sequelize = made as unknown as Made
  if (!isSecured(sequelize.dialect.options?.pgModule)) return
  made.hooks.addListener('afterConnect', (connection) => rememberPools(connection, () => sequelize.pool))
})
