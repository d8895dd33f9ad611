/** A value together with where it came from, in words a user can act on: `PGSSLMODE`, `DATABASE_URL`, `option ssl.ca`. */
export interface Sourced<T = string> {
  /** The value. */
  readonly value: T
  /** Its source: the variable, the option or the file with the place in it. */
  readonly source: string
}
