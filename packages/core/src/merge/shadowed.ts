import type { Secret } from '../text/secret.ts'

/** A value overridden by a stronger source, for `explain`. */
export interface Shadowed {
  /** The parameter, or `url` for a whole URL that is not read. */
  readonly parameter: string
  readonly value: string | Secret
  readonly source: string
  /** The source that won. */
  readonly by: string
}
