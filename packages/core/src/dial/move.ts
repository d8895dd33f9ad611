import { ConnectError } from '../errors/connect-error.ts'
import { ServerError } from '../errors/server-error.ts'
import { TlsError } from '../errors/tls-error.ts'
import type { Attempt } from '../sslmode.ts'
import type { Phase } from './negotiate.ts'
import { blockedMs, refusesPassword } from './refused-login.ts'

/** What to do after an attempt failed. */
export type Move =
  /** the mode's next attempt, on a connection of its own */
  | 'next-attempt'
  /** the mode's next attempt, on the connection that answered N */
  | 'next-attempt-here'
  | 'next-address'
  | 'next-host'
  | 'stop'

/**
 * Decides as libpq does what may follow a failure (`PQconnectPoll`), with two cases stricter: a peer that failed to
 * prove who it is ends the search, and a password that was refused over TLS is not sent again in the clear.
 */
export function moveAfter(error: unknown, phase: Phase, next: Attempt | undefined): Move {
  const nextAttempt: Move = next ? 'next-attempt' : 'stop'
  switch (phase) {
    case 'credentials':
    case 'connect':
      return isNetwork(error) ? 'next-address' : 'stop'
    case 'negotiation':
      return error instanceof TlsError && error.code === 'TLS_NOT_OFFERED' && next ? 'next-attempt-here' : 'stop'
    case 'handshake':
      return error instanceof TlsError && error.isVerification ? 'stop' : nextAttempt
    case 'authentication':
      if (!(error instanceof ServerError)) return 'stop'
      if (error.code === STARTING_UP) return 'next-host'
      if (blockedMs(error) !== undefined) return 'stop'
      return refusesPassword(error) && next?.kind === 'plain' ? 'stop' : nextAttempt
    case 'session':
      return error instanceof ConnectError && error.code === 'WRONG_ROLE' ? 'next-host' : 'stop'
  }
}

const STARTING_UP = '57P03'

/** Whether newer TLS material may help: the server's CA, a revocation list or our certificate may have been replaced. */
export function doubtsMaterial(error: unknown): boolean {
  const { code, cause } = error as { readonly code?: unknown; readonly cause?: { readonly code?: unknown } }
  const doubtful = ['TLS_ISSUER', 'TLS_REVOKED', 'TLS_CLIENT_CERTIFICATE']
  // An alert of the server's comes in the handshake, or with TLS 1.3 where we read on.
  return doubtful.includes(String(code)) || [code, cause?.code].some((one) => CERTIFICATE_ALERT.test(String(one)))
}

const CERTIFICATE_ALERT = /^ERR_SSL_.*(CERTIFICATE|UNKNOWN_CA)/

/** Errors of the operating system carry the call that failed. */
function isNetwork(error: unknown): boolean {
  return (
    (error instanceof Error && 'syscall' in error) || (error instanceof ConnectError && error.code === 'ECONNRESET')
  )
}
