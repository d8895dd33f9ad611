import type { RehearsalRun, TimeLineStep } from './result.ts'

/** Length of a step of the time line, in ms. */
export const STEP_MS = 250

type Step = Omit<TimeLineStep, 'present' | 'earlier'>

/** Counts the workers' results in total and by step. */
export class Tally {
  readonly #began: number
  readonly #errors = new Map<string, number>()
  readonly #steps: { done: number; failed: number; longestWaitMs: number }[] = []
  #checkouts = 0
  #failedCheckouts = 0
  #queries = 0
  #failedQueries = 0
  #longestWaitMs = 0

  constructor(began: number) {
    this.#began = began
  }

  checkedOut(waitMs: number): void {
    this.#checkouts++
    this.#waited(waitMs)
  }

  checkoutFailed(waitMs: number, error: unknown): void {
    this.#checkouts++
    this.#failedCheckouts++
    this.#waited(waitMs)
    this.#failed(error)
  }

  queried(): void {
    this.#queries++
    this.#step().done++
  }

  queryFailed(error: unknown): void {
    this.#queries++
    this.#failedQueries++
    this.#failed(error)
  }

  get counts(): Pick<
    RehearsalRun,
    'checkouts' | 'failedCheckouts' | 'queries' | 'failedQueries' | 'longestWaitMs' | 'errors'
  > {
    const errors = [...this.#errors].map(([message, count]) => ({ message, count }))
    return {
      checkouts: this.#checkouts,
      failedCheckouts: this.#failedCheckouts,
      queries: this.#queries,
      failedQueries: this.#failedQueries,
      longestWaitMs: Math.round(this.#longestWaitMs),
      errors: errors.sort((a, b) => b.count - a.count).slice(0, 8),
    }
  }

  /** The steps up to `end`, without gaps. */
  steps(end: number): readonly Step[] {
    const length = Math.ceil((end - this.#began) / STEP_MS)
    return Array.from({ length }, (_, index) => this.#steps[index] ?? { done: 0, failed: 0, longestWaitMs: 0 })
  }

  #waited(waitMs: number): void {
    const step = this.#step()
    this.#longestWaitMs = Math.max(this.#longestWaitMs, waitMs)
    step.longestWaitMs = Math.max(step.longestWaitMs, Math.round(waitMs))
  }

  #failed(error: unknown): void {
    const message = messageOf(error)
    this.#step().failed++
    this.#errors.set(message, (this.#errors.get(message) ?? 0) + 1)
  }

  #step() {
    const index = Math.floor((Date.now() - this.#began) / STEP_MS)
    this.#steps[index] ??= { done: 0, failed: 0, longestWaitMs: 0 }
    return this.#steps[index]
  }
}

/** The message without its variable parts, so that equal failures are counted together. */
function messageOf(error: unknown): string {
  const { code, message = String(error) } = (error instanceof Error ? error : {}) as NodeJS.ErrnoException
  const line = message.split('\n', 1)[0] ?? ''
  const plain = line
    .replaceAll(/"[^"]*"/g, '"…"')
    .replaceAll(/\d{3,}/g, '…')
    .slice(0, 160)
  return code === undefined ? plain : `${code} ${plain}`
}
