/** TCP keepalive (libpq parameters `keepalives`, `keepalives_idle`). */
export interface KeepAlive {
  readonly enabled: boolean
  /** Idle time before the first probe, in milliseconds; 0 is the system's default. */
  readonly idleMs: number
}
