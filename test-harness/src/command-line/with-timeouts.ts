import type { Adapter, Session } from '../suite/adapter.ts'
import type { ConnectRequest } from '../suite/connect-request.ts'
import type { Refusal } from '../suite/refusal.ts'

/** What an adapter may take beyond the time that it was given to connect, and for anything else. */
const GRACE_MS = 5000

class NoAnswer extends Error {}

/** The same adapter, but one that never answers is an error instead of waiting for ever. */
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
    // Nothing that a client could have said: it must not be taken for its own timeout.
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
