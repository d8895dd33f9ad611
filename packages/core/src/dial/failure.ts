import { ConnectError, type FailedAttempt } from '../errors/connect-error.ts'
import { VerifullError } from '../errors/verifull-error.ts'
import type { Endpoint } from '../merge/endpoints.ts'

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
export function finalError(error: unknown, attempts: readonly FailedAttempt[]): unknown {
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
