import type { Refusal } from '../suite/refusal.ts'
import { refusalOfLibpq } from './refusal-of-libpq.ts'

/** A failed connection of libpq, with libpq's message. */
export class LibpqError extends Error {
  override readonly name = 'LibpqError'
}

/** Thrown by the oracle itself if libpq does not return in time. */
export class LibpqTimeout extends Error {
  override readonly name = 'LibpqTimeout'
}

/** The oracle's {@link Adapter.refusalOf}: classifies libpq's messages; any other error is `unknown`. */
export function libpqRefusal(error: unknown): Refusal {
  if (error instanceof LibpqTimeout) return { reason: 'timeout', message: error.message }
  if (error instanceof LibpqError) return refusalOfLibpq(error.message)
  return { reason: 'unknown', message: String(error) }
}
