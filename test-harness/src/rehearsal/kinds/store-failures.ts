import { setTimeout as pause } from 'node:timers/promises'
import type { StoreFault } from '../../stores/store-tap.ts'
import type { Kind, Times } from '../kind.ts'
import { databaseFirst, makeSecretApart, QUICK_MS } from './aws-secret.ts'

/** The store's responses are delayed. */
export const storeSlow: Kind = {
  id: 'store-slow',
  title: 'Store slow, while AWS rotates',
  store: 'moto_server',
  async prepare(site, { slowMs }) {
    const secret = await makeSecretApart(site)
    secret.scene.tap.fail({ delayMs: slowMs })
    return {
      ...secret.scene,
      async rotate(timeline, raiseLoad) {
        await databaseFirst(secret, QUICK_MS, timeline, raiseLoad)
        // Two responses, of which the first may have the old secret.
        await pause(2 * slowMs)
      },
    }
  },
}

/** The store returns errors while the secret rotates. */
export const storeErrors: Kind = failing('store-errors', 'Store fails with 500, while AWS rotates', {
  status: 500,
  body: { __type: 'InternalServiceError', message: 'An error occurred on the server side.' },
})

/** The store throttles requests while the secret rotates. */
export const storeThrottled: Kind = failing('store-throttled', 'Store throttles, while AWS rotates', {
  status: 400,
  body: { __type: 'ThrottlingException', message: 'Rate exceeded' },
})

/** The store is unreachable; nothing rotates. */
export const storeOutage: Kind = {
  id: 'store-outage',
  title: 'Store down, nothing rotates',
  store: 'moto_server',
  async prepare(site, { outageMs }) {
    const { scene } = await makeSecretApart(site)
    return {
      ...scene,
      async rotate(timeline, raiseLoad) {
        scene.tap.fail('down')
        raiseLoad()
        await timeline.during('store down', () => pause(outageMs))
        scene.tap.fail(undefined)
      },
    }
  },
}

/** The part of an outage that overlaps a rotation: a rejected login must wait for the store. */
const FAILING = 0.3

function failing(id: string, title: string, fault: StoreFault): Kind {
  return {
    id,
    title,
    store: 'moto_server',
    async prepare(site, { outageMs }: Times) {
      const secret = await makeSecretApart(site)
      const { tap } = secret.scene
      return {
        ...secret.scene,
        async rotate(timeline, raiseLoad) {
          tap.fail(fault)
          await timeline.during('store failing', async () => {
            await databaseFirst(secret, QUICK_MS, timeline, raiseLoad)
            await pause(outageMs * FAILING)
          })
          tap.fail(undefined)
          // Time for waiting clients to retry.
          await pause(outageMs * FAILING)
        },
      }
    },
  }
}
