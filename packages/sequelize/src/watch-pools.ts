import { firstEndpoint, placeholderHost, type ShownEndpoint, securedBy } from '@verifull/pg'
import { Sequelize } from 'sequelize'
import { type Connecting, watchConnects } from './connecting.ts'
import { guardPools } from './guarded-pools.ts'
import { isSecured, rememberPools } from './pool-protocol.ts'

interface Made {
  readonly options: { readonly dialectModule?: unknown }
  readonly config: { host?: string; port?: number | string }
  readonly connectionManager: Connecting & { readonly pool?: object; readonly versionPromise?: object | null }
}

// Of a Sequelize's pool nothing can be had by its options, which a configuration of ours is.
Sequelize.addHook('afterInit', (made: unknown) => {
  const sequelize = made as Sequelize & Made
  if (!isSecured(sequelize.options.dialectModule)) return
  const manager = sequelize.connectionManager
  const show = showing(sequelize)
  show(firstEndpoint(securedBy(sequelize.options.dialectModule)?.primary[0]))
  guardPools(manager.pool, sequelize.options.dialectModule)
  // While the version is read, which Sequelize does once, the connection is for no pool.
  watchConnects(manager, () => (manager.versionPromise ? undefined : manager.pool))
  sequelize.addHook('afterConnect', (connection: unknown, { host }: { readonly host?: string }) => {
    rememberPools(connection as object, () => manager.pool)
    if (host === placeholderHost()) show(connection as ShownEndpoint)
  })
})

/**
 * Returns the function that shows the endpoint of the primary where instrumentations read it: in a copy of the options from
 * which Sequelize makes no connection. One that the application has written stays.
 */
function showing({ config }: Made): (shown: ShownEndpoint) => void {
  const isOurs = config.host === placeholderHost()
  return ({ host, port }) => {
    if (isOurs && host !== undefined && port !== undefined) Object.assign(config, { host, port })
  }
}
