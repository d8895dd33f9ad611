import type { ScramServer } from './scram-server.ts'

/** A hostile server's behaviour at one of its turns. */
export type Misbehaviour =
  /** Sends bytes that are neither PostgreSQL's protocol nor TLS. */
  | 'garbage'
  /** Sends nothing more and keeps the connection open. */
  | 'silence'
  /** Closes the connection with FIN. */
  | 'close'
  /** Resets the connection with RST. */
  | 'reset'
  /** Sends exactly these bytes. */
  | { readonly bytes: Uint8Array }

/** The response to SSLRequest: a byte, a byte followed at once by more bytes, or a misbehaviour. */
export type SslAnswer = 'S' | 'N' | 'E' | { readonly answer: 'S' | 'N'; readonly extra: Uint8Array } | Misbehaviour

/** The server's side of TLS after S. */
export interface HostileTls {
  /** Server certificate followed by its intermediates, PEM. */
  readonly certificate: string
  /** Its private key, PEM. */
  readonly key: string
  /**
   * PEM of the authorities named in its certificate request; any client certificate is accepted. Default: no request.
   */
  readonly clientCa?: string
  /** ALPN protocols. Default `postgresql`; an empty list selects none. */
  readonly alpn?: readonly string[]
  /** Default: Node's. */
  readonly minVersion?: 'TLSv1' | 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3'
  /** Default: Node's. */
  readonly maxVersion?: 'TLSv1' | 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3'
}

/** The response to one message of the client, from StartupMessage on. */
export type Answer =
  /**
   * AuthenticationOk, ParameterStatus, BackendKeyData, ReadyForQuery; every later Query is answered with one row, `1`.
   */
  | 'ok'
  | 'cleartext'
  | 'md5'
  /** AuthenticationSASL with these mechanisms; the next answers follow. */
  | { readonly sasl: readonly string[] }
  /** A SCRAM exchange, regular or with a deviation, then `ok`. */
  | { readonly scram: ScramServer }
  /** ErrorResponse with this SQLSTATE, then FIN. */
  | { readonly error: string; readonly message?: string }
  | Misbehaviour

/** Script of one connection. */
export interface HostileConnection {
  /** Default: `S` with {@link tls}, else `N`. */
  readonly ssl?: SslAnswer
  /** The response to the ClientHello after `S`, or to one without SSLRequest. Default: none. */
  readonly tls?: HostileTls | Misbehaviour
  /** Responses to StartupMessage and the messages after it, in order; the last one does not repeat. Default `ok`. */
  readonly answers?: readonly Answer[]
  /** Bytes sent in the same segment as ReadyForQuery. Default: none. */
  readonly behindReady?: Uint8Array
  /** Responses to the queries of the session, in order. Default, and after the last: one row. */
  readonly queries?: readonly Misbehaviour[]
}

/** Script of a hostile server: one entry per connection, the last one repeats. */
export type HostileScript = HostileConnection | readonly HostileConnection[]

/** The recorded events of one connection. */
export interface ConnectionTrace {
  /**
   * In order: `SSLRequest`, `GSSENCRequest`, `CancelRequest`, `ClientHello`, `TLS established`, `TLS failed`,
   * `StartupMessage user=… database=…`, `PasswordMessage`, `SASLInitialResponse mech=…`, `SASLResponse`, `Query …`,
   * `Terminate`, `garbage`, `closed by client`, `reset by client`. The end is recorded if the client causes it; a reset
   * right behind other bytes looks like a close.
   */
  readonly events: readonly string[]
  /** All bytes from the client, after decryption, to search for secrets. */
  readonly received: Buffer
  /** TLS parameters; absent without TLS. */
  readonly tls?: {
    readonly protocol: string
    readonly servername?: string
    readonly alpn?: string
    /** Subject of the client's certificate; absent without one. */
    readonly clientCertificate?: string
  }
}
