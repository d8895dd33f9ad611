import { ConnectError, type FailedAttempt } from '../errors/connect-error.ts'
import type { Endpoint } from '../settings/hosts.ts'
import { failedAttempt, finalError } from './failure.ts'
import type { Phase } from './negotiate.ts'

/** What has happened in a search so far, whichever host it was with. */
export class History {
  readonly failures: FailedAttempt[] = []
  phase: Phase = 'connect'
  #last: unknown

  add(error: unknown, endpoint: Endpoint, address: string | undefined, kind: 'plain' | 'tls'): void {
    this.#last = error
    this.failures.push(failedAttempt(error, endpoint, address, kind))
  }

  /** The error to show where nothing is left to try. */
  final(): unknown {
    return finalError(this.#last, this.failures)
  }

  /** The error to show where a limit ran out. */
  late(limit: string): ConnectError {
    const message = `timeout expired: no connection ${limit} (it was in the phase "${this.phase}")`
    return new ConnectError('ETIMEDOUT', message, [...this.failures])
  }
}
