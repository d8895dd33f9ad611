import { reportedFailure } from '../credentials/foreign-error.ts'
import type { ReportedFailure } from '../events/reported-failure.ts'
import type { MonitoredPool } from './monitored.ts'

/** Time for which the result of a probe counts, in ms. */
const FRESH_MS = 1000

/** The result of a probe. */
export type ProbeResult =
  | { readonly kind: 'lent'; readonly latencyMs: number }
  | { readonly kind: 'failed'; readonly failure: ReportedFailure }
  /** Nothing has been lent so far. */
  | { readonly kind: 'waiting'; readonly waitedMs: number }

/** The probes of one pool, of which there is one a second at most, whoever asks. */
class Probe {
  readonly #pool: WeakRef<MonitoredPool>
  #running: Promise<ProbeResult> | undefined
  #began = 0
  #last: ProbeResult | undefined
  #endedAt = Number.NEGATIVE_INFINITY

  constructor(pool: MonitoredPool) {
    this.#pool = new WeakRef(pool)
  }

  async result(deadlineMs: number): Promise<ProbeResult> {
    if (this.#last && performance.now() - this.#endedAt < FRESH_MS) return this.#last
    this.#running ??= this.#run()
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<ProbeResult>((resolve) => {
      const leftMs = Math.max(0, this.#began + deadlineMs - performance.now())
      timer = setTimeout(() => resolve({ kind: 'waiting', waitedMs: performance.now() - this.#began }), leftMs)
    })
    return await Promise.race([this.#running, late]).finally(() => clearTimeout(timer))
  }

  async #run(): Promise<ProbeResult> {
    this.#began = performance.now()
    try {
      await this.#pool.deref()?.probe()
      this.#last = { kind: 'lent', latencyMs: performance.now() - this.#began }
    } catch (error) {
      this.#last = { kind: 'failed', failure: reportedFailure(error) }
    } finally {
      this.#endedAt = performance.now()
      this.#running = undefined
    }
    return this.#last
  }
}

const probes = new WeakMap<MonitoredPool, Probe>()

/** Returns the result of a probe of the pool that is at most a second old, or that it has not ended within the deadline. */
export function probeResult(pool: MonitoredPool, deadlineMs: number): Promise<ProbeResult> {
  const probe = probes.get(pool) ?? new Probe(pool)
  probes.set(pool, probe)
  return probe.result(deadlineMs)
}
