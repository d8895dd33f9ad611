import { inspect } from 'node:util'

const SHOWN = '[secret]'

/**
 * A value that never turns into text by accident.
 *
 * `String(secret)`, template strings, `JSON.stringify`, `util.inspect` and `console.log` all give `[secret]`;
 * only {@link Secret.reveal} gives the value.
 *
 * @example
 * const password = new Secret('s3cret')
 * console.log(`password: ${password}`) // password: [secret]
 */
export class Secret {
  readonly #value: string

  constructor(value: string) {
    this.#value = value
  }

  /** Returns the value itself. Call it only at the place that needs the bytes. */
  reveal(): string {
    return this.#value
  }

  toString(): string {
    return SHOWN
  }

  toJSON(): string {
    return SHOWN
  }

  [inspect.custom](): string {
    return SHOWN
  }
}
