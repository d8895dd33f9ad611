import { type KnownEndpoint, placeOf } from '../addresses/endpoint.ts'
import { ConnectError, type FailedAttempt } from '../errors/connect-error.ts'
import { VerifullError } from '../errors/verifull-error.ts'
import type { Phase } from '../events/phase.ts'
import type { PhaseTimings } from './phase-timings.ts'

/** One attempt: the configured host, the address once it is known, and the kind of connection. */
export interface AttemptTarget {
  readonly endpoint: KnownEndpoint
  readonly address?: string
  readonly kind: 'plain' | 'tls'
}

/** All failed attempts of one `dial()`, whichever host they were for, and the progress of the present one. */
export class AttemptLog {
  readonly failures: FailedAttempt[] = []
  /** Measures the phases, if somebody follows the connection. */
  timings: PhaseTimings | undefined
  #phase: Phase = 'connect'
  #present: AttemptTarget | undefined
  #last: unknown

  get phase(): Phase {
    return this.#phase
  }

  set phase(phase: Phase) {
    this.#phase = phase
    this.timings?.enter(phase, this.#present)
  }

  /** Forgets the attempts of a round that has failed. */
  restart(): void {
    this.failures.length = 0
    this.#last = undefined
  }

  /** Failure of the latest attempt. */
  get last(): unknown {
    return this.#last
  }

  /** Notes the attempt that begins now. */
  begin(target: AttemptTarget): void {
    this.#present = target
  }

  /** Adds the failure of the present attempt. */
  add(error: unknown): void {
    this.#last = error
    if (this.#present) this.failures.push(failedAttempt(error, this.#present))
  }

  /** The error when nothing is left to try: the server's or our own refusal unchanged, else a list of all attempts. */
  final(): unknown {
    const error = this.#last
    if (!VerifullError.isInstance(error) || error instanceof ConnectError) return summary([...this.failures], error)
    if (this.failures.length > 1 && error.cause === undefined) error.cause = summary([...this.failures], undefined)
    return error
  }

  /** The error when the time for one address is over. */
  late(limit: string): ConnectError {
    return new ConnectError('ETIMEDOUT', this.#timeout(limit), [...this.failures])
  }

  /** The error when the time for all hosts is over; it names the present host. */
  lateInAll(limit: string): ConnectError {
    if (!this.#present) return this.late(limit)
    const reason = `no answer in the phase "${this.phase}" when the time was up`
    const last = failedAttempt(Object.assign(new Error(reason), { code: 'ETIMEDOUT' }), this.#present)
    const message = `${this.#timeout(limit)}; the last host was ${placeOf(last)}`
    return new ConnectError('ETIMEDOUT', message, this.failures.length > 0 ? [...this.failures] : [last])
  }

  #timeout(limit: string): string {
    return `timeout expired: no connection ${limit} (it was in the phase "${this.phase}")`
  }
}

function failedAttempt(error: unknown, { endpoint, address, kind }: AttemptTarget): FailedAttempt {
  const { message, code } = error as NodeJS.ErrnoException
  const { host, port } = endpoint
  return {
    host,
    ...(address !== undefined && { address }),
    port,
    attempt: kind,
    code: code ?? 'UNKNOWN',
    reason: message,
  }
}

function summary(attempts: readonly FailedAttempt[], cause: unknown): ConnectError {
  const lines = attempts.map((one) => `${placeOf(one)}, ${one.attempt === 'tls' ? 'TLS' : 'plaintext'}: ${one.reason}`)
  const message =
    lines.length === 1
      ? `cannot connect to ${lines[0]}`
      : ['cannot connect to any host:', ...lines.map((line) => `  ${line}`)].join('\n')
  return new ConnectError(attempts.at(-1)?.code ?? 'UNKNOWN', message, attempts, cause)
}
