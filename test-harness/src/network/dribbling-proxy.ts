import type { Endpoint, Target } from './endpoint.ts'

/**
 * Starts a proxy that hands on what the server says one byte per segment: nothing may rely on a message coming whole.
 *
 * @example
 * const proxy = await dribblingProxy({ to: server, everyMs: 1 })
 */
export async function dribblingProxy(_wanted: {
  readonly to: Target
  /** Pause after each byte, in milliseconds. Default 0: as fast as the event loop turns. */
  readonly everyMs?: number
}): Promise<Endpoint> {
  throw new Error('not built yet')
}
