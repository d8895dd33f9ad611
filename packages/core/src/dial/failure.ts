import { ConnectError, type FailedAttempt } from '../errors/connect-error.ts'
import { TlsError } from '../errors/tls-error.ts'
import { VerifullError } from '../errors/verifull-error.ts'
import type { Endpoint } from '../settings/hosts.ts'

/** Describes a failure for the list of attempts. */
export function failedAttempt(
  error: unknown,
  endpoint: Endpoint,
  address: string | undefined,
  attempt: 'plain' | 'tls',
): FailedAttempt {
  const { message, code } = error as NodeJS.ErrnoException
  return {
    host: endpoint.host,
    ...(address !== undefined && { address }),
    port: endpoint.port,
    attempt,
    code: code ?? 'UNKNOWN',
    reason: message,
  }
}

/** The error to show after the last attempt: the server's or our own refusal as it is, else all that was tried. */
export function finalError(last: unknown, attempts: readonly FailedAttempt[]): unknown {
  const error = asAlert(last, attempts.at(-1))
  if (VerifullError.isInstance(error) && !(error instanceof ConnectError)) {
    if (attempts.length > 1 && error.cause === undefined) error.cause = summary(attempts, undefined)
    return error
  }
  return summary(attempts, error)
}

function summary(attempts: readonly FailedAttempt[], cause: unknown): ConnectError {
  const lines = attempts.map(
    ({ host, port, address, attempt, reason }) =>
      `${host}:${port}${address === undefined || address === host ? '' : ` (${address})`}, ${attempt === 'tls' ? 'TLS' : 'plaintext'}: ${reason}`,
  )
  const message =
    lines.length === 1
      ? `cannot connect to ${lines[0]}`
      : ['cannot connect to any host:', ...lines.map((line) => `  ${line}`)].join('\n')
  return new ConnectError(attempts.at(-1)?.code ?? 'UNKNOWN', message, attempts, cause)
}

/** With TLS 1.3 a server refuses our certificate only after the handshake; its alert comes where we read on. */
function asAlert(error: unknown, attempt: FailedAttempt | undefined): unknown {
  const code = (error as NodeJS.ErrnoException | undefined)?.code
  if (!code?.startsWith('ERR_SSL_') || !attempt) return error
  const where = `${attempt.host}:${attempt.port}`
  return /CERTIFICATE|UNKNOWN_CA/.test(code)
    ? new TlsError(
        'TLS_CLIENT_CERTIFICATE',
        `${where} requires a client certificate that it trusts, and refused ours (${code}); set sslcert and sslkey`,
        error,
      )
    : new TlsError('TLS_HANDSHAKE', `${where} ended TLS (${code})`, error)
}
