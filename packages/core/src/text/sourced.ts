/** A value together with where it came from, in words a user can act on: `PGSSLMODE`, `DATABASE_URL`, `option ssl.ca`. */
export interface Sourced<T = string> {
  readonly value: T
  readonly source: string
}
