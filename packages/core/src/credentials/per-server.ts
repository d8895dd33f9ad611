import { checkFunction } from '../errors/argument.ts'
import type { CredentialsProvider, CredentialsServer } from './credentials.ts'

const providers = new WeakSet<CredentialsProvider>()

/**
 * Marks a provider whose credentials are good for one server and user alone, such as tokens that are signed for a host.
 *
 * It is told the server, and what it gives is kept for each apart.
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

/** Marks what is made of other providers as they are. */
export function asPerServerAs(
  originals: readonly CredentialsProvider[],
  provider: CredentialsProvider,
): CredentialsProvider {
  return originals.some(isPerServer) ? perServer(provider) : provider
}

/** Another user must never be given this one's secret. */
export function keyOf(server: CredentialsServer | undefined): string {
  return JSON.stringify([server?.host, server?.port, server?.user])
}
