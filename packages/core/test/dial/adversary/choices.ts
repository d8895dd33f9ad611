/** One path through a tree of choices: every run takes another path. */
export class Choices {
  readonly #path: { taken: number; readonly of: number }[] = []
  readonly #named = new Map<string, unknown>()
  #at = 0

  /** One of the options; each of them in some run. */
  any<T>(options: readonly T[]): T {
    const step = this.#path[this.#at] ?? { taken: 0, of: options.length }
    if (step.of !== options.length)
      throw new Error('the same choices led somewhere else: the game is not deterministic')
    this.#path[this.#at++] = step
    return options[step.taken] as T
  }

  /** One of the options, the same throughout a run. A name that is not requested in a run is not varied. */
  once<T>(name: string, options: readonly T[]): T {
    if (!this.#named.has(name)) this.#named.set(name, this.any(options))
    return this.#named.get(name) as T
  }

  /** The named choices of this run. */
  get named(): ReadonlyMap<string, unknown> {
    return this.#named
  }

  /** Moves on to the next run; false after the last. */
  next(): boolean {
    this.#path.length = this.#at
    this.#at = 0
    this.#named.clear()
    for (let step = this.#path.at(-1); step; step = this.#path.at(-1)) {
      if (++step.taken < step.of) return true
      this.#path.pop()
    }
    return false
  }
}

/** Plays every path through the choices, depth first, and counts the runs. */
export async function exhaust(play: (choices: Choices) => Promise<void>): Promise<number> {
  const choices = new Choices()
  let runs = 0
  do {
    await play(choices)
    if (++runs % 1000 === 0) await new Promise(setImmediate) // lets the runner's own messages through
  } while (choices.next())
  return runs
}
