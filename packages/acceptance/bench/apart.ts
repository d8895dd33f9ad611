import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

/** Runs `apart/<name>.js` in a process of its own and resolves with the figures that it measured. */
export async function apart<Figures>(name: string, input: unknown, flags: readonly string[] = []): Promise<Figures> {
  const process = new Apart(name, flags)
  try {
    return await process.ask<Figures>(input)
  } finally {
    await process.end()
  }
}

/** A process that runs `apart/<name>.js`, and answers one question after another. */
export class Apart {
  readonly #name: string
  readonly #child: ChildProcess
  readonly #ended: Promise<unknown>

  constructor(name: string, flags: readonly string[] = []) {
    this.#name = name
    this.#child = fork(join(__dirname, 'apart', `${name}.js`), [], { execArgv: [...flags], env: {} })
    this.#ended = once(this.#child, 'exit')
  }

  /** Process id. */
  get id(): number {
    return this.#child.pid as number
  }

  /** Resolves with the answer; one question at a time. */
  async ask<Answer>(question: unknown): Promise<Answer> {
    this.#child.send(question as object)
    const [answer] = await Promise.race([
      once(this.#child, 'message'),
      this.#ended.then(() => {
        throw new Error(`the measurement "${this.#name}" ended with code ${this.#child.exitCode}`)
      }),
    ])
    return answer as Answer
  }

  /** Has the process end when it has nothing left to do. */
  async end(): Promise<void> {
    if (this.#child.connected) this.#child.disconnect()
    await this.#ended
  }
}

/** The entry point of such a process: answers each question until the other side has no more. */
export function measureApart<Question>(measure: (question: Question) => Promise<unknown>): void {
  process.on('message', async (question: Question) => {
    const answer = await measure(question)
    process.send?.(answer)
  })
}
