import { checkFunction } from '../errors/argument.ts'
import { madeOf } from './closing.ts'
import type { CredentialsProvider, CredentialsServer } from './credentials.ts'

const providers = new WeakSet<CredentialsProvider>()

/**
 * Marks a provider whose credentials are good for one server and user only, such as tokens signed for a host.
 *
 * It is called with the server, and its answers are cached for each server.
 *
 * @throws {@link ConfigurationError} `CONFIGURATION` if `provider` is no function.
 *
 * @example
 * const provider = perServer(async ({ server }) => ({ password: `signed for ${server?.host}` }))
 * const { signal } = new AbortController()
 * const { password } = await provider({ server: { host: 'db.example', port: 5432 }, signal })
 * console.log(password) // signed for db.example
 */
export function perServer(provider: CredentialsProvider): CredentialsProvider {
  checkFunction(provider, 'perServer', 'provider')
  providers.add(provider)
  return provider
}

export function isPerServer(provider: CredentialsProvider): boolean {
  return providers.has(provider)
}

/** Marks a provider made of others if one of them is marked, and notes that they are closed with it. */
export function asPerServerAs(
  originals: readonly CredentialsProvider[],
  provider: CredentialsProvider,
): CredentialsProvider {
  madeOf(originals, provider)
  return originals.some(isPerServer) ? perServer(provider) : provider
}

/** Returns the cache key of a server. It includes the user, so that users never share a secret. */
export function keyOf(server: CredentialsServer | undefined): string {
  return JSON.stringify([server?.host, server?.port, server?.user])
}
