import { setTimeout as pause } from 'node:timers/promises'
import type { StoreFault } from '../../stores/store-tap.ts'
import type { Kind, Times } from '../kind.ts'
import { databaseFirst, makeSecretApart } from './aws-secret.ts'

const THROTTLING = { status: 400, body: { __type: 'ThrottlingException', message: 'Rate exceeded' }, passes: 3 }
const FAILING = { status: 500, body: { __type: 'InternalServiceError', message: 'An error occurred.' }, passes: 3 }

/** Every answer of the store comes late. */
export const hurriedSlow: Kind = hurried('hurried-slow', 'Store slow, long window, checkouts in a hurry', (slowMs) => ({
  delayMs: slowMs,
}))

/** The store answers one question in three. */
export const hurriedThrottled: Kind = hurried(
  'hurried-throttled',
  'Store throttles 2 of 3, long window, checkouts in a hurry',
  () => THROTTLING,
)

/** The store answers one question in three, and late. */
export const hurriedSlowThrottled: Kind = hurried(
  'hurried-slow-throttled',
  'Store slow and throttles 2 of 3, long window, checkouts in a hurry',
  (slowMs) => ({ ...THROTTLING, delayMs: slowMs }),
)

/** The store fails on two questions in three. */
export const hurriedErrors: Kind = hurried(
  'hurried-errors',
  'Store fails 2 of 3 with 500, long window, checkouts in a hurry',
  () => FAILING,
)

/** AWS rotates with a long window meanwhile, and checkouts cannot wait for long. */
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
          // Whoever still waits has time to be answered.
          await pause(2 * slowMs)
          scene.tap.fail(undefined)
        },
      }
    },
  }
}
