import { abortable } from '../dial/deadline.ts'

/** One piece of work that several wait for. It is given up when its time is over, or when nobody waits any more. */
export class Flight<T> {
  readonly #work: Promise<T>
  readonly #abandoned = new AbortController()
  #waiting = 0

  constructor(timeoutMs: number, work: (signal: AbortSignal) => Promise<T>) {
    const signal = AbortSignal.any([this.#abandoned.signal, AbortSignal.timeout(timeoutMs)])
    this.#work = abortable(
      Promise.resolve().then(() => work(signal)),
      signal,
    )
    this.#work.catch(() => {})
  }

  /** Waits for the outcome, or until `signal` aborts. */
  async join(signal: AbortSignal): Promise<T> {
    this.#waiting++
    try {
      return await abortable(this.#work, signal)
    } finally {
      if (--this.#waiting === 0) this.#abandoned.abort(signal.reason)
    }
  }
}
