import type { Endpoint, Target } from './endpoint.ts'

/** A relay that resets connections. */
export interface ResettingProxy extends Endpoint {
  /** Resets (RST) all open connections, both sides. */
  reset(): void
}

/**
 * Starts a proxy that resets connections when told to, or each one after the server has sent `afterBytes`.
 *
 * @example
 * const proxy = await resettingProxy({ to: server, afterBytes: 100 }) // in the middle of the TLS handshake
 */
export async function resettingProxy(_wanted: {
  readonly to: Target
  readonly afterBytes?: number
}): Promise<ResettingProxy> {
  throw new Error('not built yet')
}
