import type { LoginCredentials } from './current-credentials.ts'
import { Generation } from './generation.ts'

/** The generations that may have open connections to one server. */
export class Generations {
  readonly #retires: boolean
  readonly #open = new Set<Generation>()

  /** @param retires False if sessions outlive their secret: all connections are then one generation. */
  constructor(retires: boolean) {
    this.#retires = retires
  }

  /** Returns the generation of a secret version: `present`, an open one, or a new one. */
  of(credentials: LoginCredentials, present: Generation | undefined): Generation {
    const known = [present, ...this.#open].find(
      (one) => one && (!this.#retires || (one.isOf(credentials) && !one.retired.aborted)),
    )
    return known ?? new Generation(credentials)
  }

  /** Notes that a generation has an open connection. */
  add(generation: Generation): void {
    this.#open.add(generation)
  }

  /** Retires all generations but one. */
  retireOthers(generation: Generation): void {
    for (const one of this.#open) {
      if (one === generation) continue
      one.retire()
      this.#open.delete(one)
    }
  }
}
