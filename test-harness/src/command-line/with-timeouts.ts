import type { Adapter, Session } from '../suite/adapter.ts'
import type { ConnectRequest } from '../suite/connect-request.ts'
import type { Refusal } from '../suite/refusal.ts'

/** Time that an adapter may take beyond its connect timeout, and for any other call, in ms. */
const GRACE_MS = 5000

class NoAnswer extends Error {}

/** Wraps an adapter so that a call which never settles rejects. */
export function withTimeouts(adapter: Adapter): Adapter {
  return Object.freeze({
    ...adapter,
    async connect(request: ConnectRequest): Promise<Session> {
      const session = await within(request.timeoutMs + GRACE_MS, 'connect', async () => adapter.connect(request))
      return {
        query: (sql) => within(GRACE_MS, 'query', async () => session.query(sql)),
        close: () => within(GRACE_MS, 'close', async () => session.close()),
      }
    },
    // A reason that no client can give, so that it is not mistaken for the client's own timeout.
    refusalOf: (error: unknown): Refusal =>
      error instanceof NoAnswer ? { reason: 'unknown', message: error.message } : adapter.refusalOf(error),
  })
}

async function within<Value>(limitMs: number, what: string, act: () => Promise<Value>): Promise<Value> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new NoAnswer(`the adapter's ${what} did not end within ${limitMs} ms`)), limitMs)
  })
  try {
    return await Promise.race([act(), late])
  } finally {
    clearTimeout(timer)
  }
}
