import { CredentialsError } from '../errors/credentials-error.ts'
import type { Credentials, CredentialsProvider } from './credentials.ts'
import { asPerServerAs } from './per-server.ts'

/**
 * Asks several providers in turn and gives what the first of them gives that does not fail.
 *
 * The order is yours to answer for: put the place that must hold first. Where all fail, the error of the first is thrown,
 * with those of the others in its `cause`.
 *
 * @example
 * const provider = chained(
 *   async () => { throw new Error('no such secret') },
 *   async () => ({ user: 'app', password: 'changed' }),
 * )
 * console.log((await provider({ signal: AbortSignal.timeout(1000) })).user) // app
 */
export function chained(...providers: readonly [CredentialsProvider, ...CredentialsProvider[]]): CredentialsProvider {
  return asPerServerAs(providers, async (request): Promise<Credentials> => {
    const failures: unknown[] = []
    for (const provider of providers) {
      try {
        return await provider(request)
      } catch (error) {
        if (request.signal.aborted) throw error
        failures.push(error)
      }
    }
    throw summary(failures)
  })
}

/** Asking again helps where it may help with one of them. */
function summary(failures: readonly unknown[]): unknown {
  const [first, ...others] = failures
  if (!(first instanceof CredentialsError) || others.length === 0) return first
  const retryable = failures.some((failure) => !(failure instanceof CredentialsError) || failure.retryable)
  return new CredentialsError(first.code, first.message, retryable, new AggregateError(others))
}
