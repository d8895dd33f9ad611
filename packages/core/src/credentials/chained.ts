import { checkFunction, wrongArgument } from '../errors/argument.ts'
import { CredentialsError } from '../errors/credentials-error.ts'
import { abortable, withDeadline } from '../time/deadline.ts'
import { callProvider } from './call-provider.ts'
import type { CredentialsProvider } from './credentials.ts'
import { asPerServerAs } from './per-server.ts'

/**
 * Asks several providers in turn and gives what the first of them gives that does not fail.
 *
 * The order is yours to answer for: put the place that must hold first. Each but the last has three seconds. Where all
 * fail, the error of the first is thrown, with those of the others in its `cause`; of errors that are no
 * {@link CredentialsError} only class and code, as their text may quote the secret.
 *
 * @example
 * const provider = chained(
 *   async () => { throw new Error('no such secret') },
 *   async () => ({ user: 'app', password: 'changed' }),
 * )
 * console.log((await provider({ signal: AbortSignal.timeout(1000) })).user) // app
 */
export function chained(...providers: readonly [CredentialsProvider, ...CredentialsProvider[]]): CredentialsProvider {
  if (providers.length === 0) throw wrongArgument('chained', 'providers', 'must be one provider or several, not none')
  for (const [index, provider] of providers.entries()) checkFunction(provider, 'chained', `providers[${index}]`)
  return asPerServerAs(providers, async (request) => {
    const failures: CredentialsError[] = []
    for (const [index, provider] of providers.entries()) {
      const share = index < providers.length - 1 ? SHARE_MS : 0
      try {
        return await withDeadline(share, late, request.signal, (signal) =>
          abortable(
            callProvider(async () => provider({ ...request, signal }), `provider ${index + 1} of a chain`, signal),
            signal,
          ),
        )
      } catch (error) {
        // A provider's own failure is one of these, without anything that it quotes.
        if (request.signal.aborted || !(error instanceof CredentialsError)) throw error
        failures.push(error)
      }
    }
    throw summary(failures)
  })
}

/** How long each but the last may take, so that one that is down does not use up the time of the others. */
const SHARE_MS = 3000

function late(): CredentialsError {
  return new CredentialsError(
    'CREDENTIALS_UNAVAILABLE',
    `a credentials provider of a chain gave no credentials within ${SHARE_MS / 1000} s`,
    true,
  )
}

/** Asking again helps where it may help with one of them. */
function summary(failures: readonly CredentialsError[]): CredentialsError | undefined {
  const [first, ...others] = failures
  if (first === undefined || others.length === 0) return first
  const retryable = failures.some((failure) => failure.retryable)
  return new CredentialsError(first.code, first.message, retryable, new AggregateError(others), first.place)
}
