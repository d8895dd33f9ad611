/** Signs of life on a silent connection (libpq parameters `keepalives`, `keepalives_idle`). */
export interface KeepAlive {
  readonly enabled: boolean
  /**
   * Silence before the first TCP keepalive, and before an idle session of a pool is sent an empty statement, in milliseconds. 0
   * leaves TCP's to the system, and sends no statement.
   */
  readonly idleMs: number
}

/**
 * Default silence, in seconds: shorter than the idle limits of Azure's load balancers (4 min), AWS's network load balancers and
 * NAT gateways (350 s) and Google's firewalls (10 min).
 */
export const KEEPALIVES_IDLE = 200

/** Default of `tcp_user_timeout`, in milliseconds: longer than a switch or a virtual machine needs to move. */
export const SILENCE_MS = 30_000
