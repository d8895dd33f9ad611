import type { Credentials, CredentialsProvider } from '../../src/credentials/credentials.ts'
import type { CredentialsError } from '../../src/errors/credentials-error.ts'

/** Calls a provider once, with a limit for a busy machine. */
export function ask(provider: CredentialsProvider, rejected: readonly Credentials[] = []): Promise<Credentials> {
  return provider({ signal: AbortSignal.timeout(20_000), rejected })
}

/** The error of a provider; `withinMs` is its limit. */
export async function failureOf(provider: CredentialsProvider, withinMs = 20_000): Promise<CredentialsError> {
  const controller = new AbortController()
  const timer = setTimeout(() => controller.abort(new Error('the time of the request is over')), withinMs)
  try {
    await provider({ signal: controller.signal })
  } catch (error) {
    return error as CredentialsError
  } finally {
    clearTimeout(timer)
  }
  throw new Error('the provider gave credentials')
}
