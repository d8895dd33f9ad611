/** Something of the harness that listens on 127.0.0.1, on an ephemeral port. */
export interface Endpoint {
  readonly host: '127.0.0.1'
  readonly port: number
  /** Stops listening and resets all connections. May be called again. */
  stop(): Promise<void>
}

/** Where a proxy relays to. */
export interface Target {
  readonly host: string
  readonly port: number
}
