import type { ClientBase } from 'pg'
import { followedCheckout } from './followed-checkout.ts'
import { needsProbe } from './probe.ts'
import type { WatchedPool } from './watched-pool.ts'

/** The ways of a library whose checkout is a promise. */
export interface Lender<Client> {
  acquire(): Promise<Client>
  /**
   * Resolves to a client that needs a probe if it is fit, and to another one if it is not. Default: the library has probed
   * its clients.
   */
  probed?(client: Client): Promise<Client>
  /** True for the library's error of a checkout that has waited in vain. */
  isTimeout(error: unknown): error is Error
  /** Called when none is lent. */
  failed?(): void
  /** The function whose callers are shown for a leak. */
  readonly caller: (...args: never[]) => unknown
}

/** Lends a client of a watched pool; a refusal and a wait in vain tell who has the clients. */
export function checkout<Client extends ClientBase>(
  pool: WatchedPool,
  { acquire, probed, isTimeout, failed, caller }: Lender<Client>,
): Promise<Client> {
  const followed = followedCheckout(pool, caller)
  const refusal = pool.refusal()
  if (refusal) {
    followed?.refused(refusal)
    return Promise.reject(refusal)
  }
  const began = performance.now()
  const lent = (client: Client) => {
    pool.lend(client)
    followed?.lent(client)
    return client
  }
  const inVain = (error: unknown) => {
    failed?.()
    if (isTimeout(error)) pool.explain(error, performance.now() - began)
    followed?.failed(error)
    throw error
  }
  const asked = followed ? followed.run(acquire) : acquire()
  return asked.then(
    (client) => (probed && needsProbe(client) ? probed(client).then(lent, inVain) : lent(client)),
    inVain,
  )
}
