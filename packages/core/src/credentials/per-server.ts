import type { CredentialsProvider, CredentialsRequest } from './credentials.ts'

const providers = new WeakSet<CredentialsProvider>()

/** Marks a provider whose credentials are good for the server and user alone that are named in the request. */
export function perServer(provider: CredentialsProvider): CredentialsProvider {
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

/** Whom credentials of such a provider are for, in one word. */
export function nameOfServer({ server }: CredentialsRequest): string {
  return JSON.stringify([server?.host, server?.port, server?.user])
}
