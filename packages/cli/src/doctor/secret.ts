import type { CredentialsEvent, KnownEndpoint } from '@verifull/core/diagnostics'
import { diagnose } from './diagnose.ts'
import type { Diagnosis } from './diagnosis.ts'
import type { SecretSeen } from './examination.ts'
import type { Examined } from './examined.ts'
import { isTimeout, within } from './within.ts'

/** The server with the host that the secret names, and the secret as far as it may be shown. */
export interface Prepared {
  /** Undefined if only the secret names the host, and it was not found. */
  readonly endpoint: KnownEndpoint | undefined
  readonly secret?: SecretSeen
  readonly problems: readonly Diagnosis[]
}

/** Fetches the secret that a login at the server would use. */
export async function prepareSecret(
  { profile, endpoint, password, timeoutMs, signal }: Examined,
  events: readonly CredentialsEvent[],
): Promise<Prepared> {
  const begun = performance.now()
  try {
    const prepare = (bounded: AbortSignal) => profile.logins.prepare(endpoint, bounded)
    const { user, endpoint: located } = await within(timeoutMs, signal, prepare)
    const milliseconds = performance.now() - begun
    const fetched = events.find((event) => event.kind === 'fetched')
    const { version, expiresAt } = fetched ?? {}
    const source = fetched?.source ?? password
    if (source === undefined) return { endpoint: located, problems: [] }
    const secret = { source, user, milliseconds, ...(version && { version }), ...(expiresAt && { expiresAt }) }
    return { endpoint: located, secret, problems: [] }
  } catch (error) {
    signal.throwIfAborted()
    const place =
      endpoint.kind === 'in-secret' ? { host: 'the host of the secret', port: endpoint.port ?? 0 } : endpoint
    const problems = isTimeout(error) ? [late(password, timeoutMs)] : diagnose(error, place)
    return { endpoint: endpoint.kind === 'in-secret' ? undefined : endpoint, problems }
  }
}

function late(source = 'the secret store', timeoutMs: number): Diagnosis {
  return {
    code: 'CREDENTIALS_UNAVAILABLE',
    what: `${source} did not give the secret within ${timeoutMs / 1000} s`,
    fix: 'check that the store can be reached from this network (VPC endpoint, proxy, firewall) and is up; with --timeout 10 or more, the error of the store itself is shown',
    unreachable: true,
  }
}
