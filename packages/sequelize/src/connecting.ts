import { placeholderHost } from '@verifull/pg'
import { makingClient } from './driver.ts'
import { rememberConnect } from './guarded-pools.ts'
import type { Pools } from './pool-protocol.ts'

/** The part of Sequelize that makes a connection. */
export interface Connecting {
  connect(config: { readonly host?: string }): Promise<unknown>
}

/**
 * Has the pools of a Sequelize know the connects that are made for them.
 *
 * @param pools Returns the pools that a connect is for; undefined if it is for none.
 */
export function watchConnects(manager: Connecting, pools: () => Pools | undefined): void {
  const { connect } = manager
  manager.connect = (config) => {
    const { result, client } = makingClient(() => connect.call(manager, config))
    if (client) rememberConnect(pools(), config.host !== placeholderHost(), client, result)
    return result
  }
}
