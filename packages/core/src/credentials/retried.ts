import { checkFunction } from '../errors/argument.ts'
import { CredentialsError } from '../errors/credentials-error.ts'
import { backoffMs } from '../time/backoff.ts'
import { sleep } from '../time/sleep.ts'
import type { CredentialsProvider } from './credentials.ts'
import { asPerServerAs } from './per-server.ts'

/**
 * Retries a provider while it fails in a way that may pass, with exponentially growing, jittered pauses of at most 30
 * s.
 *
 * It ends when the signal of the request aborts.
 *
 * @throws the provider's last error; a {@link CredentialsError} that is not `retryable` at once.
 *
 * @example
 * let calls = 0
 * const provider = retried(async () => {
 *   if (++calls < 3) throw new Error('the store is starting')
 *   return { user: 'app', password: 'changed' }
 * })
 * const { user } = await provider({ signal: AbortSignal.timeout(10_000) })
 * console.log(user, calls) // app 3
 */
export function retried(provider: CredentialsProvider): CredentialsProvider {
  checkFunction(provider, 'retried', 'provider')
  return asPerServerAs([provider], (request) => {
    return again(() => provider(request), request.signal, request.rejected?.length ? { mostMs: AWAITED_MS } : {})
  })
}

/** Longest pause while connections wait for a replacement of rejected credentials, in milliseconds. */
export const AWAITED_MS = 400

/** Limits of the retries. */
interface Again {
  /** Longest pause, in milliseconds. Default 30 000. */
  readonly mostMs?: number
  /** Number of calls in all. Default: no limit. */
  readonly tries?: number
}

/** Retries one call. */
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
      // The error that caused the retries says more than the interruption.
      if (signal.aborted) throw last ?? error
      if ((error instanceof CredentialsError && !error.retryable) || failures >= tries) throw error
      last = error
      await sleep(backoffMs(failures, mostMs), signal).catch(() => Promise.reject(error))
    }
  }
}
