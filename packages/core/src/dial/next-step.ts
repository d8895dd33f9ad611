import { ConnectError } from '../errors/connect-error.ts'
import { ServerError } from '../errors/server-error.ts'
import { TlsError } from '../errors/tls-error.ts'
import type { Phase } from '../events/phase.ts'
import type { Attempt } from '../sslmode.ts'
import { blockedMs, isPasswordRejection } from './login-rejection.ts'

/** Most retries with other credentials at one address; the login gate limits those of all connections together. */
export const MAX_CREDENTIAL_RETRIES = 12
/** Most reloads of TLS material at one address. */
export const MAX_TLS_RETRIES = 1

/** Facts about a failed attempt that decide the next step. */
export interface AttemptFailure {
  readonly error: unknown
  readonly phase: Phase
  readonly kind: Attempt['kind']
  /** True if the server rejected the login, so that its gate may have other credentials. */
  readonly hasTicket: boolean
  /** True if the time for this address is over. */
  readonly isLate: boolean
}

/** Attempts at one address, past and left. */
export interface Tried {
  /** Attempts of the mode that are left, in order. */
  readonly remaining: readonly Attempt[]
  readonly credentialRetries: number
  readonly tlsRetries: number
  /** False once there is nothing other to retry the failed attempt with. */
  readonly mayRetry: boolean
}

/** The step after a failed attempt. */
export type NextStep =
  /** The same attempt again, on a new connection. With `tlsOnly`, no plaintext attempt may follow at this address. */
  | {
      readonly kind: 'retry'
      readonly with: 'other-credentials' | 'other-tls-material'
      readonly tlsOnly: boolean
    }
  /** The mode's next attempt, on the same connection if `reuseChannel`: the server answered N and waits for a startup message. */
  | { readonly kind: 'next-attempt'; readonly reuseChannel: boolean; readonly tlsOnly: boolean }
  | { readonly kind: 'next-address' }
  | { readonly kind: 'next-host' }
  | { readonly kind: 'stop' }

/**
 * Returns the step after a failed attempt: libpq's (`PQconnectPoll`), and in two cases a stricter one. A server that fails
 * verification ends the search, and a password that was rejected over TLS is not sent in plaintext.
 */
export function nextStep(failure: AttemptFailure, tried: Tried): NextStep {
  const { error, phase, kind } = failure
  if (failure.isLate) return { kind: 'next-address' }
  const tlsOnly = kind === 'tls' && isPasswordRejection(error)
  const retry = retryWith(failure, tried)
  if (retry) return { kind: 'retry', with: retry, tlsOnly }
  const hasNext = tried.remaining.some((attempt) => attempt.kind === 'tls' || !tlsOnly)
  const nextAttempt: NextStep = hasNext ? { kind: 'next-attempt', reuseChannel: false, tlsOnly } : STOP
  switch (phase) {
    case 'credentials':
    case 'lookup':
    case 'connect':
      return isNetworkError(error) ? { kind: 'next-address' } : STOP
    case 'negotiation':
      return hasNext && error instanceof TlsError && error.code === 'TLS_NOT_OFFERED'
        ? { kind: 'next-attempt', reuseChannel: true, tlsOnly }
        : STOP
    case 'handshake':
      return error instanceof TlsError && error.isVerification ? STOP : nextAttempt
    case 'authentication':
      if (!(error instanceof ServerError)) return STOP
      if (error.code === STARTING_UP) return { kind: 'next-host' }
      return blockedMs(error) === undefined ? nextAttempt : STOP
    case 'session':
      return error instanceof ConnectError && error.code === 'WRONG_ROLE' ? { kind: 'next-host' } : STOP
  }
}

const STOP: NextStep = { kind: 'stop' }
const STARTING_UP = '57P03'

function retryWith(
  { error, kind, hasTicket }: AttemptFailure,
  { mayRetry, credentialRetries, tlsRetries }: Tried,
): (NextStep & { kind: 'retry' })['with'] | undefined {
  if (!mayRetry) return undefined
  if (hasTicket && credentialRetries < MAX_CREDENTIAL_RETRIES) return 'other-credentials'
  if (kind === 'tls' && tlsRetries < MAX_TLS_RETRIES && mayBeStaleMaterial(error)) return 'other-tls-material'
  return undefined
}

/** True if newer TLS material may help: the server's CA, a revocation list or our certificate may have been replaced. */
function mayBeStaleMaterial(error: unknown): boolean {
  const { code, cause } = error as { readonly code?: unknown; readonly cause?: { readonly code?: unknown } }
  const codes = ['TLS_ISSUER', 'TLS_REVOKED', 'TLS_CLIENT_CERTIFICATE']
  // The server's alert arrives in the handshake, with TLS 1.3 at the first read after it.
  return codes.includes(String(code)) || [code, cause?.code].some((one) => CERTIFICATE_ALERT.test(String(one)))
}

const CERTIFICATE_ALERT = /^ERR_SSL_.*(CERTIFICATE|UNKNOWN_CA)/

/** True for a lost connection and for errors of the operating system, which name the call that failed. */
function isNetworkError(error: unknown): boolean {
  return (
    (error instanceof Error && 'syscall' in error) || (error instanceof ConnectError && error.code === 'ECONNRESET')
  )
}
