import type { Refusal } from '../suite/refusal.ts'
import { refusalOfLibpq } from './refusal-of-libpq.ts'

/** A connection that libpq did not establish, with libpq's own words as its message. */
export class LibpqError extends Error {
  override readonly name = 'LibpqError'
}

/** Raised by the oracle itself when libpq does not return in time. */
export class LibpqTimeout extends Error {
  override readonly name = 'LibpqTimeout'
}

/** The oracle's {@link Adapter.refusalOf}: only libpq's own words are classified, anything else is `unknown`. */
export function libpqRefusal(error: unknown): Refusal {
  if (error instanceof LibpqTimeout) return { reason: 'timeout', message: error.message }
  if (error instanceof LibpqError) return refusalOfLibpq(error.message)
  return { reason: 'unknown', message: String(error) }
}
