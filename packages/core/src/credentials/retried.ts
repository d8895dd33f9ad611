import { checkFunction } from '../errors/argument.ts'
import { CredentialsError } from '../errors/credentials-error.ts'
import { backoffMs } from '../time/backoff.ts'
import { sleep } from '../time/sleep.ts'
import type { CredentialsProvider } from './credentials.ts'
import { asPerServerAs } from './per-server.ts'

/**
 * Asks a provider again while it fails in a way that may pass, with exponentially growing, jittered pauses.
 *
 * It ends when the signal of the request aborts, and then throws what the provider threw last. A
 * {@link CredentialsError} that is not `retryable` is thrown at once.
 *
 * @example
 * let asked = 0
 * const provider = retried(async () => {
 *   if (++asked < 3) throw new Error('the store is starting')
 *   return { user: 'app', password: 'changed' }
 * })
 * const { user } = await provider({ signal: AbortSignal.timeout(10_000) })
 * console.log(user, asked) // app 3
 */
export function retried(provider: CredentialsProvider): CredentialsProvider {
  checkFunction(provider, 'retried', 'provider')
  return asPerServerAs([provider], (request) => {
    return again(() => provider(request), request.signal, request.rejected?.length ? { mostMs: AWAITED_MS } : {})
  })
}

/** The longest pause while connections wait for another secret in place of a refused one, in milliseconds. */
export const AWAITED_MS = 400

/** How a question is asked again. */
interface Again {
  /** The longest pause, in milliseconds. */
  readonly mostMs?: number
  /** How often it is asked in all. Default: without end. */
  readonly tries?: number
}

/** The same for one question. */
export async function again<T>(
  ask: () => Promise<T>,
  signal: AbortSignal,
  { mostMs, tries = Infinity }: Again = {},
): Promise<T> {
  let last: unknown
  for (let failures = 1; ; failures++) {
    try {
      return await ask()
    } catch (error) {
      // That it was interrupted says less than why it had to be asked again.
      if (signal.aborted) throw last ?? error
      if ((error instanceof CredentialsError && !error.retryable) || failures >= tries) throw error
      last = error
      await sleep(backoffMs(failures, mostMs), signal).catch(() => Promise.reject(error))
    }
  }
}
