/** A listener of the harness on 127.0.0.1, on an ephemeral port. */
export interface Endpoint {
  /** Its IP address. */
  readonly host: '127.0.0.1'
  /** Its TCP port. */
  readonly port: number
  /** Stops listening and resets all connections. Idempotent. */
  stop(): Promise<void>
}

/** A TCP server. */
export interface Target {
  /** Host name or IP address. */
  readonly host: string
  /** TCP port. */
  readonly port: number
}
