import { setTimeout as pause } from 'node:timers/promises'

/** SQLSTATE of a login for which there is no slot. */
const TOO_MANY = '53300'
/** Time between two attempts, and time for all of them, in ms. */
const EVERY_MS = 10
const LIMIT_MS = 10_000

/** Does work in a session of its own, again while the server has no slot for it: sessions that end keep theirs for a moment. */
export async function whenAdmitted<T>(work: () => Promise<T>): Promise<T> {
  for (const until = performance.now() + LIMIT_MS; ; await pause(EVERY_MS)) {
    try {
      return await work()
    } catch (error) {
      if ((error as { readonly code?: unknown }).code !== TOO_MANY || performance.now() > until) throw error
    }
  }
}
