import { ConnectError, type FailedAttempt } from '../errors/connect-error.ts'
import type { Endpoint } from '../merge/endpoints.ts'
import { failedAttempt, finalError } from './failure.ts'
import type { Phase } from './negotiate.ts'

/** What has happened in a search so far, whichever host it was with. */
export class History {
  readonly failures: FailedAttempt[] = []
  phase: Phase = 'connect'
  /** What is being tried. */
  at: { readonly endpoint: Endpoint; readonly address?: string; readonly kind: 'plain' | 'tls' } | undefined
  #last: unknown

  add(error: unknown, endpoint: Endpoint, address: string | undefined, kind: 'plain' | 'tls'): void {
    this.#last = error
    this.failures.push(failedAttempt(error, endpoint, address, kind))
  }

  /** The error to show where nothing is left to try. */
  final(): unknown {
    return finalError(this.#last, this.failures)
  }

  /** The error to show where the limit of one host ran out. */
  late(limit: string): ConnectError {
    const message = `timeout expired: no connection ${limit} (it was in the phase "${this.phase}")`
    return new ConnectError('ETIMEDOUT', message, [...this.failures])
  }

  /** The error to show where the time for all hosts ran out, with the one that was being tried. */
  lateInAll(limit: string): ConnectError {
    const message = `timeout expired: no connection ${limit} (it was in the phase "${this.phase}")`
    if (!this.at) return new ConnectError('ETIMEDOUT', message, [...this.failures])
    const { endpoint, address, kind } = this.at
    const { host, port } = endpoint
    const where = address === undefined || address === host ? `${host}:${port}` : `${host}:${port} (${address})`
    const reason = `no answer in the phase "${this.phase}" when the time was up`
    const last = { host, ...(address !== undefined && { address }), port, attempt: kind, code: 'ETIMEDOUT', reason }
    return new ConnectError(
      'ETIMEDOUT',
      `${message}; the last host was ${where}`,
      this.failures.length > 0 ? [...this.failures] : [last],
    )
  }
}
