/** Period in which a certificate is valid. */
export interface Validity {
  /** Default: an hour ago. */
  readonly notBefore?: Date
  /** Default: in a year; for authorities in ten years. */
  readonly notAfter?: Date
}

const DAY = 86_400_000

/** The time in `days` days; in the past if negative. */
export function daysAway(days: number): Date {
  return new Date(Date.now() + days * DAY)
}
