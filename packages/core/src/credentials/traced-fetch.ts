import type { CredentialsOrigin } from '../events/credentials.ts'
import { type FetchTrace, isTraced, trace } from '../events/traces.ts'
import type { Credentials } from './credentials.ts'
import { reportedFailure } from './foreign-error.ts'

/** Fetches a secret, and tells those who follow `verifull:credentials:fetch` of it. */
export function tracedFetch(
  { source, endpoint }: CredentialsOrigin,
  fetch: () => Promise<Credentials>,
): Promise<Credentials> {
  if (!isTraced('verifull:credentials:fetch')) return fetch()
  const context: FetchTrace = { source, serverAddress: endpoint?.host, serverPort: endpoint?.port }
  return trace('verifull:credentials:fetch', context, fetch, {
    succeeded({ version, expiresAt }) {
      context.result = { version, expiresAt }
    },
    failed: reportedFailure,
  })
}
