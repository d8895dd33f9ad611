import { setTimeout as pause } from 'node:timers/promises'
import type { StoreFault } from '../../stores/store-tap.ts'
import type { Kind, Times } from '../kind.ts'
import { databaseFirst, makeSecretApart } from './aws-secret.ts'

const THROTTLING = { status: 400, body: { __type: 'ThrottlingException', message: 'Rate exceeded' }, passes: 3 }
const FAILING = { status: 500, body: { __type: 'InternalServiceError', message: 'An error occurred.' }, passes: 3 }

/** Every response of the store is delayed. */
export const hurriedSlow: Kind = hurried('hurried-slow', 'Store slow, long window, checkouts in a hurry', (slowMs) => ({
  delayMs: slowMs,
}))

/** The store answers one request in three. */
export const hurriedThrottled: Kind = hurried(
  'hurried-throttled',
  'Store throttles 2 of 3, long window, checkouts in a hurry',
  () => THROTTLING,
)

/** The store answers one request in three, with a delay. */
export const hurriedSlowThrottled: Kind = hurried(
  'hurried-slow-throttled',
  'Store slow and throttles 2 of 3, long window, checkouts in a hurry',
  (slowMs) => ({ ...THROTTLING, delayMs: slowMs }),
)

/** The store fails two requests in three. */
export const hurriedErrors: Kind = hurried(
  'hurried-errors',
  'Store fails 2 of 3 with 500, long window, checkouts in a hurry',
  () => FAILING,
)

/** AWS rotation with a long window under this fault, and a short limit for checkouts. */
function hurried(id: string, title: string, fault: (slowMs: number) => StoreFault): Kind {
  return {
    id,
    title,
    store: 'moto_server',
    async prepare(site, { windowMs, slowMs, hurryMs }: Times) {
      const secret = await makeSecretApart(site)
      const { scene } = secret
      return {
        ...scene,
        ...(hurryMs && { checkoutMs: hurryMs }),
        async rotate(timeline, raiseLoad) {
          scene.tap.fail(fault(slowMs))
          await databaseFirst(secret, windowMs, timeline, raiseLoad)
          // Time for pending requests to complete.
          await pause(2 * slowMs)
          scene.tap.fail(undefined)
        },
      }
    },
  }
}
