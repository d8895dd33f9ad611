import type { ClientBase } from 'pg'
import { connectionOf } from './client-connection.ts'
import type { PoolView } from './pool-view.ts'
import { sendCancel } from './send-cancel.ts'

/** Time for sessions that were cut off to end, and for a request to cancel a statement, in milliseconds. */
const GRACE_MS = 1000

/**
 * Ends a pool, and cuts off what is still lent after `timeoutMs`.
 *
 * @param late Returns the error of what is cut off.
 * @returns the number of clients that were cut off.
 */
export async function endWithin(pool: PoolView, timeoutMs: number, late: () => Error): Promise<number> {
  const end = pool.end()
  if (await isOverWithin(end, timeoutMs)) return 0
  const cutOff = pool.lent()
  await Promise.all(cutOff.map(cancelRunning))
  const reason = late()
  for (const client of cutOff) connectionOf(client)?.stream.destroy(reason)
  pool.cutOff(reason)
  await isOverWithin(end, GRACE_MS)
  return cutOff.length
}

async function isOverWithin(work: Promise<unknown>, milliseconds: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(resolve, milliseconds, false)
  })
  const over = work.then(() => true)
  try {
    return await Promise.race([over, late])
  } finally {
    clearTimeout(timer)
  }
}

/** Has the server stop the statement of a client, which it would finish without anyone to tell. */
async function cancelRunning(client: ClientBase): Promise<void> {
  const { readyForQuery, processID, secretKey } = client as ClientBase & {
    readonly readyForQuery?: boolean | null
    readonly processID?: number | null
    readonly secretKey?: number | null
  }
  if (readyForQuery !== false || !processID || !secretKey) return
  await sendCancel(processID, secretKey, AbortSignal.timeout(GRACE_MS))
}
