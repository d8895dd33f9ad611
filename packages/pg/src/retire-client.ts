import type pg from 'pg'

/**
 * Takes a client out of its pool when the secret that it was opened with has been replaced: an idle one at once, a lent
 * one when it is given back. Nobody's query fails by it, and a client of no pool stays as it is.
 */
export function retireWith(client: PooledClient, retired: AbortSignal): void {
  const quiet = new Quiet(client)
  const retire = () => {
    refuseReturn(client)
    if (client.release) leavePool(client)
    else closeWhenIdle(client, quiet)
  }
  if (retired.aborted) queueMicrotask(retire)
  else retired.addEventListener('abort', retire, { once: true })
  client.once('end', () => {
    quiet.isOver = true
    retired.removeEventListener('abort', retire)
  })
}

/** What the pools leave on a client. */
export type PooledClient = pg.Client & {
  /** pg-pool, since the client was first lent. */
  readonly release?: unknown
  /** Knex */
  readonly __knexUid?: unknown
  /** Sequelize 6 and 7 */
  readonly standard_conforming_strings?: unknown
  /** pg: it has been told to end. */
  readonly _ending?: boolean
  readonly readyForQuery?: boolean
}

const REASON = 'the secret of this connection has been replaced'

/** The marks by which pools know, at release or at the next checkout, that a connection is not to be lent again. */
function refuseReturn(client: PooledClient): void {
  const marks = {
    // pg-pool compares it with maxUses when the client is released
    _poolUseCount: Number.POSITIVE_INFINITY,
    // Sequelize 6 and 7 look at it before they lend
    _invalid: true,
    // Knex looks at it before it lends, and writes a reason of its own over it when the connection ends
    __knex__disposed: REASON,
  }
  for (const [name, mark] of Object.entries(marks)) {
    Object.defineProperty(client, name, { get: () => mark, set: () => {}, configurable: true, enumerable: false })
  }
}

/** Thrown where pg-pool goes on from removing a client to telling of an error that there was not. */
const LEFT = Symbol('left')

/**
 * pg-pool listens for errors while a client is idle, by a function of this name, and drops the client on one. It would then
 * emit the error as its own, on which applications exit, so the removal is interrupted as soon as it is done.
 */
function leavePool(client: PooledClient): void {
  const idleListener = client.listeners('error').find(({ name }) => name === 'idleListener')
  if (!idleListener || client._ending) return
  const end = client.end
  const leaving = (done?: () => void) => {
    client.end = end
    if (done) client.end(done)
    else void client.end()
    throw LEFT
  }
  client.end = leaving as typeof client.end
  try {
    idleListener.call(client, new Error(REASON))
  } catch (thrown) {
    if (thrown !== LEFT) throw thrown
  } finally {
    client.end = end
  }
}

/** How long a client has to be quiet to be taken for idle, in milliseconds, where its pool does not tell. */
const QUIET_MS = 5000

/**
 * Sequelize's pool and Knex's do not show from below which clients are lent. One outside a transaction, without a query,
 * that listens to nothing and has been quiet for long is as good as idle; whatever is lent next, it is not this one.
 */
function closeWhenIdle(client: PooledClient, quiet: Quiet): void {
  if (quiet.isOver || client._ending || client.release) return
  const isPooled = client.__knexUid !== undefined || client.standard_conforming_strings !== undefined
  if (isPooled && quiet.milliseconds >= QUIET_MS) void client.end().catch(() => {})
  else setTimeout(closeWhenIdle, QUIET_MS / 5, client, quiet).unref()
}

/** Knows how long a client has had nothing to do. */
class Quiet {
  isOver = false
  readonly #client: PooledClient
  #since: number | undefined = performance.now()

  constructor(client: PooledClient) {
    this.#client = client
    const { connection } = client as pg.Client & { connection: NodeJS.EventEmitter }
    connection.on('readyForQuery', ({ status }: { status?: string }) => {
      this.#since = status === 'I' ? performance.now() : undefined
    })
  }

  /** Zero while there is a query, a transaction, or somebody who waits for notifications. */
  get milliseconds(): number {
    const busy = this.#client.readyForQuery !== true || this.#client.listenerCount('notification') > 0
    return busy || this.#since === undefined ? 0 : performance.now() - this.#since
  }
}
