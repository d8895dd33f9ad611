import type { ClientBase } from 'pg'
import { followedCheckout } from './followed-checkout.ts'
import { needsProbe } from './probe.ts'
import type { WatchedPool } from './watched-pool.ts'

/** The ways of a library whose checkout is a promise. */
export interface Lender<Client> {
  /**
   * Resolves to a client that needs a probe if it is fit, and to another one if it is not. Default: the library has probed
   * its clients.
   */
  probed?(client: Client): Promise<Client>
  /** True for the library's error of a checkout that has waited in vain. */
  isTimeout(error: unknown): error is Error
  /** Returns the longest wait of a checkout, in milliseconds. */
  limitMs(): number
  /** Called when none is lent. */
  failed?(): void
}

/**
 * Lends the clients of a watched pool; a refusal and a wait in vain tell who has the clients.
 *
 * A checkout that nobody follows is one promise and no function: many may wait, and all that each of them keeps is moved by the
 * garbage collector.
 */
export class Checkouts<Client extends ClientBase> {
  readonly #pool: WatchedPool
  readonly #lend: (client: Client) => Client
  readonly #lendFit: (client: Client) => Client | Promise<Client>
  readonly #fail: (error: unknown) => never

  constructor(pool: WatchedPool, { probed, isTimeout, limitMs, failed }: Lender<Client>) {
    this.#pool = pool
    this.#lend = (client) => {
      pool.lend(client)
      return client
    }
    this.#lendFit = (client) =>
      probed && needsProbe(client) ? probed(client).then(this.#lend, this.#fail) : this.#lend(client)
    this.#fail = (error) => {
      failed?.()
      if (isTimeout(error)) pool.explain(error, limitMs())
      throw error
    }
  }

  /**
   * @param acquire Asks the library for a client.
   * @param caller The function whose callers are shown for a leak.
   */
  checkout(acquire: () => Promise<Client>, caller: (...args: never[]) => unknown): Promise<Client> {
    const followed = followedCheckout(this.#pool, caller)
    const refusal = this.#pool.refusal()
    if (refusal) {
      followed?.refused(refusal)
      return Promise.reject(refusal)
    }
    if (!followed) return acquire().then(this.#lendFit, this.#fail)
    return followed.follow(() => acquire().then(this.#lendFit, this.#fail))
  }
}
