import type { ClientBase } from 'pg'
import type { SecureConnection } from './secure-connection.ts'

const STOPPED = new Error('the connect was stopped: no checkout waits for it any more')

/** The connects of a pool that are under way. */
export class Connects {
  /** In the order in which they began. */
  readonly #clients = new Set<ClientBase>()

  /** Adds a connect until it is over. */
  add(client: ClientBase, ready: Promise<unknown>): void {
    const forget = () => this.#clients.delete(client)
    this.#clients.add(client)
    ready.then(forget, forget)
  }

  /** Stops the oldest ones, down to the socket. See {@link connectWhileWanted}. */
  stop(count: number): void {
    for (const client of [...this.#clients].slice(0, Math.max(0, count))) stopConnect(client)
  }
}

/** Ends a connect at whichever step it is. */
export function stopConnect(client: ClientBase): void {
  const { connection } = client as ClientBase & { readonly connection: SecureConnection }
  connection.stream.destroy(STOPPED)
}

/** True for the error of a stopped connect, or what a library made of it. */
function wasStopped(error: unknown): boolean {
  const { parent, cause } = (error ?? {}) as { readonly parent?: unknown; readonly cause?: unknown }
  return [error, parent, cause].includes(STOPPED)
}

/**
 * Makes a connection for a pool, and another one if it was stopped: the pool would give the error to a checkout that came
 * meanwhile.
 *
 * @param isWanted True while a checkout waits.
 */
export async function connectWhileWanted<Client>(
  connect: () => Promise<Client>,
  isWanted: () => boolean,
): Promise<Client> {
  for (;;) {
    try {
      return await connect()
    } catch (error) {
      if (!wasStopped(error) || !isWanted()) throw error
    }
  }
}
