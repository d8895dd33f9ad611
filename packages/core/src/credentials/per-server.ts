import type { CredentialsProvider } from './credentials.ts'

const providers = new WeakSet<CredentialsProvider>()

/** Marks a provider whose credentials are good for the server alone that is named in the request. */
export function perServer(provider: CredentialsProvider): CredentialsProvider {
  providers.add(provider)
  return provider
}

export function isPerServer(provider: CredentialsProvider): boolean {
  return providers.has(provider)
}
