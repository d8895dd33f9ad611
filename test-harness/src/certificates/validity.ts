/** From when to when a certificate is valid; the default is from an hour ago, for a year (authorities: ten years). */
export interface Validity {
  readonly notBefore?: Date
  readonly notAfter?: Date
}

const DAY = 86_400_000

/** The moment that many days from now; negative is in the past. */
export function daysAway(days: number): Date {
  return new Date(Date.now() + days * DAY)
}
