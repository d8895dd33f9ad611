/** The value of a label in place of all that are too many. */
export const OTHER = 'other'

/** The values of a label: as they come until there are `most` of them, and `other` for any further one. */
export class BoundedValues {
  readonly #most: number
  readonly #known = new Set<string>()

  constructor(most: number) {
    this.#most = most
  }

  /** Returns the value of the label for `value`. */
  of(value: string): string {
    if (this.#known.has(value)) return value
    if (this.#known.size >= this.#most) return OTHER
    this.#known.add(value)
    return value
  }

  /** Forgets the values that are not in use any more, and returns them: others may take their places. */
  keepOnly(used: ReadonlySet<string>): readonly string[] {
    const unused = [...this.#known].filter((value) => !used.has(value))
    for (const value of unused) this.#known.delete(value)
    return unused
  }
}
