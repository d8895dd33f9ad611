import { CredentialsError } from '../errors/credentials-error.ts'
import { checkFunction } from '../settings/argument.ts'
import { backoffMs } from './backoff.ts'
import type { CredentialsProvider } from './credentials.ts'
import { pause } from './pause.ts'
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
    const mostMs = request.rejected?.length ? AWAITED_MS : undefined
    return again(() => provider(request), request.signal, mostMs)
  })
}

/** The longest pause while connections wait for another secret in place of a refused one, in milliseconds. */
export const AWAITED_MS = 400

/** The same for one question, with pauses of `mostMs` at most. */
export async function again<T>(ask: () => Promise<T>, signal: AbortSignal, mostMs?: number): Promise<T> {
  let last: unknown
  for (let failures = 1; ; failures++) {
    try {
      return await ask()
    } catch (error) {
      // That it was interrupted says less than why it had to be asked again.
      if (signal.aborted) throw last ?? error
      if (error instanceof CredentialsError && !error.retryable) throw error
      last = error
      await pause(backoffMs(failures, mostMs), signal).catch(() => Promise.reject(error))
    }
  }
}
