import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import type { Answer, Order } from './messages.ts'
import { compiled, ownEnvironment } from './own-process.ts'

/** Reason for which the process has ended or was ended. */
export interface Broken {
  readonly broken: string
}

/** Longest time without a heartbeat, in ms; only code that blocks the event loop exceeds it. */
const SILENCE_MS = 20_000
const GOODBYE_MS = 10_000

/** A child process that runs an adapter and the suite, so that a crash of the adapter does not end the program. */
export class SuiteProcess {
  readonly #child: ChildProcess
  #ended: string | undefined
  #lastBeat = Date.now()

  constructor() {
    this.#child = fork(compiled('suite-process-main.js'), {
      env: ownEnvironment(),
      // Output of adapters goes to stderr, not into the table.
      stdio: ['ignore', 2, 'inherit', 'ipc'],
    })
    this.#child.on('message', () => {
      this.#lastBeat = Date.now()
    })
    this.#child.once('exit', (code, signal) => {
      this.#ended ??= `the adapter ended its process (${code === null ? signal : `exit code ${code}`})`
    })
  }

  /** Resolves with the response, or with the reason for which the process ended. */
  async ask(order: Order): Promise<Answer | Broken> {
    if (this.#ended !== undefined) return { broken: this.#ended }
    const controller = new AbortController()
    const { signal } = controller
    const watch = setInterval(() => {
      if (Date.now() - this.#lastBeat > SILENCE_MS)
        this.#kill(`the adapter blocked its process for ${SILENCE_MS / 1000} s`)
    }, 1000)
    this.#lastBeat = Date.now()
    try {
      const answered = this.#answer(signal)
      const ended = once(this.#child, 'exit', { signal }).then((): Broken => ({ broken: this.#ended ?? 'it ended' }))
      this.#child.send(order, () => undefined)
      return await Promise.race([answered, ended])
    } finally {
      clearInterval(watch)
      controller.abort()
    }
  }

  async stop(): Promise<void> {
    if (this.#ended !== undefined) return
    const exit = once(this.#child, 'exit')
    const late = setTimeout(() => this.#kill('it did not end'), GOODBYE_MS)
    this.#child.send({ stop: true } satisfies Order, () => undefined)
    await exit
    clearTimeout(late)
  }

  #answer(signal: AbortSignal): Promise<Answer> {
    return new Promise((done) => {
      const hear = (message: unknown): void => {
        if (message !== 'beat') done(message as Answer)
      }
      this.#child.on('message', hear)
      signal.addEventListener('abort', () => this.#child.off('message', hear))
    })
  }

  #kill(reason: string): void {
    this.#ended ??= reason
    this.#child.kill('SIGKILL')
  }
}
