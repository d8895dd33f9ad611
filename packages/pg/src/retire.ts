import type pg from 'pg'

/**
 * Takes a client out of its pool when the secret that it was opened with has been replaced: an idle one at once, a lent
 * one when it is given back. Nobody's query fails by it.
 */
export function retireWith(client: pg.Client, retired: AbortSignal): void {
  const idleness = new Idleness(client)
  const retire = () => {
    if (idleness.isOver) return
    refuseReturn(client)
    if (idleListener(client)) leavePool(client)
    else closeWhenQuiet(client, idleness)
  }
  if (retired.aborted) queueMicrotask(retire)
  else retired.addEventListener('abort', retire, { once: true })
  client.once('end', () => {
    idleness.isOver = true
    retired.removeEventListener('abort', retire)
  })
}

/** Said to pools that tell of every connection that they lose. */
export const RETIRED = Object.assign(new Error('the secret of this idle connection has been replaced; it was closed'), {
  code: 'CONNECTION_RETIRED',
})

/** The marks by which pools know, at release or at the next checkout, that a connection is not to be lent again. */
function refuseReturn(client: pg.Client): void {
  const marks = {
    // pg-pool compares it with maxUses when the client is released
    _poolUseCount: Infinity,
    // Sequelize 6 and 7 look at it before they lend
    _invalid: true,
    // Knex looks at it before it lends
    __knex__disposed: 'the secret of this connection has been replaced',
  }
  Object.assign(client, marks)
}

/** pg-pool listens for errors while a client is idle, by a function of this name, and drops the client on one. */
function idleListener(client: pg.Client): ((error: Error) => void) | undefined {
  return client.listeners('error').find(({ name }) => name === 'idleListener') as ((error: Error) => void) | undefined
}

function leavePool(client: pg.Client): void {
  try {
    idleListener(client)?.call(client, RETIRED)
  } catch (error) {
    // A pool throws the error that it emits where nobody listens to it; the client is out of it by then.
    if (error !== RETIRED) throw error
  }
}

/** How long a client has to be quiet to be taken for idle, in milliseconds; other pools do not tell. */
const QUIET_MS = 500

/**
 * Sequelize's pool and Knex's do not show from below which clients are lent. One outside a transaction, without a query,
 * that listens to nothing and has been quiet for a while is as good as idle.
 */
function closeWhenQuiet(client: pg.Client, idleness: Idleness): void {
  if (idleness.isOver) return
  // pg-pool may have taken it back meanwhile: then it has dropped it.
  if (idleness.quietMs >= QUIET_MS) void client.end().catch(() => {})
  else setTimeout(closeWhenQuiet, QUIET_MS / 2, client, idleness).unref()
}

/** Knows how long a client has had nothing to do. */
class Idleness {
  isOver = false
  readonly #client: pg.Client
  #readySince: number | undefined = Date.now()

  constructor(client: pg.Client) {
    this.#client = client
    const { connection } = client as pg.Client & { connection: NodeJS.EventEmitter }
    connection.on('readyForQuery', ({ status }: { status?: string }) => {
      this.#readySince = status === 'I' ? Date.now() : undefined
    })
  }

  /** Zero while there is a query, a transaction, or somebody who waits for notifications. */
  get quietMs(): number {
    const { readyForQuery } = this.#client as pg.Client & { readyForQuery?: boolean }
    const busy = readyForQuery !== true || this.#client.listenerCount('notification') > 0
    return busy || this.#readySince === undefined ? 0 : Date.now() - this.#readySince
  }
}
