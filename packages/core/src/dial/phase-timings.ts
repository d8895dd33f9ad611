import type { KnownEndpoint } from '../addresses/endpoint.ts'
import type { Phase, PhaseTiming } from '../events/phase.ts'

/** The present phase. */
interface Open extends Omit<PhaseTiming, 'durationMs'> {
  readonly beganAt: number
}

/** Measures the phases of one connection, for those who follow it. */
export class PhaseTimings {
  readonly all: PhaseTiming[] = []
  readonly #beganAt = performance.now()
  #open: Open | undefined

  /** Begins a phase, which ends the one before. */
  enter(phase: Phase, target?: { readonly endpoint: KnownEndpoint; readonly address?: string }): void {
    const { host, port } = target?.endpoint ?? {}
    this.end()
    const beganAt = performance.now()
    this.#open = { phase, beganAt, startMs: beganAt - this.#beganAt, host, port, address: target?.address }
  }

  /** Ends the present phase. */
  end(): void {
    if (!this.#open) return
    const { beganAt, ...timing } = this.#open
    this.all.push({ ...timing, durationMs: performance.now() - beganAt })
    this.#open = undefined
  }
}
