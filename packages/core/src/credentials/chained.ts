import { checkFunction, wrongArgument } from '../errors/argument.ts'
import { CredentialsError } from '../errors/credentials-error.ts'
import { abortable, withDeadline } from '../time/deadline.ts'
import { callProvider } from './call-provider.ts'
import type { CredentialsProvider } from './credentials.ts'
import { asPerServerAs } from './per-server.ts'

/**
 * Calls several providers in turn and returns the answer of the first one that succeeds.
 *
 * Put the place that must hold first. Each provider but the last has three seconds.
 *
 * @throws {@link ConfigurationError} `CONFIGURATION` if an argument is no function; {@link CredentialsError} if all
 * providers fail: the error of the first, with those of the others in its `cause`. Of other errors it shows only class
 * and code, as their text may quote the secret.
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
        // A provider's own failure is a CredentialsError without any quotation.
        if (request.signal.aborted || !(error instanceof CredentialsError)) throw error
        failures.push(error)
      }
    }
    throw summary(failures)
  })
}

/** Limit of each provider but the last, in milliseconds, so that one that is down leaves time for the others. */
const SHARE_MS = 3000

function late(): CredentialsError {
  return new CredentialsError(
    'CREDENTIALS_UNAVAILABLE',
    `a credentials provider of a chain gave no credentials within ${SHARE_MS / 1000} s`,
    true,
  )
}

/** Returns one error for all failures; it is retryable if one of them is. */
function summary(failures: readonly CredentialsError[]): CredentialsError | undefined {
  const [first, ...others] = failures
  if (first === undefined || others.length === 0) return first
  const retryable = failures.some((failure) => failure.retryable)
  return new CredentialsError(first.code, first.message, retryable, new AggregateError(others), first.place)
}
