import type { ScramServer } from './scram-server.ts'

/** What a hostile server does at one point where it is its turn. */
export type Misbehaviour =
  /** Sends bytes that are no PostgreSQL and no TLS. */
  | 'garbage'
  /** Says nothing more, and keeps the connection open. */
  | 'silence'
  /** Closes in good order (FIN). */
  | 'close'
  /** Resets the connection (RST). */
  | 'reset'
  /** Sends exactly these bytes. */
  | { readonly bytes: Uint8Array }

/** What answers SSLRequest: a byte, a byte with more bytes right behind it, or a misbehaviour. */
export type SslAnswer = 'S' | 'N' | 'E' | { readonly answer: 'S' | 'N'; readonly extra: Uint8Array } | Misbehaviour

/** The TLS that the hostile server speaks after S. */
export interface HostileTls {
  /** PEM, followed by intermediates. */
  readonly certificate: string
  /** PEM. */
  readonly key: string
  /** PEM of the authorities it asks a client certificate of; it takes any that it gets. */
  readonly clientCa?: string
  /** Default `postgresql`; an empty list selects none. */
  readonly alpn?: readonly string[]
  readonly minVersion?: 'TLSv1' | 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3'
  readonly maxVersion?: 'TLSv1' | 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3'
}

/** What answers one message of the client, from StartupMessage on. */
export type Answer =
  /** AuthenticationOk, ParameterStatus, BackendKeyData, ReadyForQuery; then every Query gets one row with `1`. */
  | 'ok'
  | 'cleartext'
  | 'md5'
  /** Offers these SASL mechanisms and leaves what follows to the next answers. */
  | { readonly sasl: readonly string[] }
  /** Runs SCRAM to its end, honestly or not, and then answers with `ok`. */
  | { readonly scram: ScramServer }
  /** ErrorResponse with this SQLSTATE, then closes. */
  | { readonly error: string; readonly message?: string }
  | Misbehaviour

/** What a hostile server does on one connection. */
export interface HostileConnection {
  /** Default: `S` with {@link tls}, else `N`. */
  readonly ssl?: SslAnswer
  /** What follows `S` when the ClientHello has come; also what answers a ClientHello that comes without SSLRequest. */
  readonly tls?: HostileTls | Misbehaviour
  /** The first answers StartupMessage, the second the message after it, and so on; the last one is not repeated. Default `ok`. */
  readonly answers?: readonly Answer[]
  /** What follows ReadyForQuery at once, in the same piece. */
  readonly behindReady?: Uint8Array
  /** What answers the first query of the session, the second and so on; default, and once they are used up: one row. */
  readonly queries?: readonly Misbehaviour[]
}

/** What a hostile server does, connection by connection; the last one repeats. */
export type HostileScript = HostileConnection | readonly HostileConnection[]

/** What the client did on one connection. */
export interface ConnectionTrace {
  /**
   * In order: `SSLRequest`, `GSSENCRequest`, `CancelRequest`, `ClientHello`, `TLS established`, `TLS failed`,
   * `StartupMessage user=… database=…`, `PasswordMessage`, `SASLInitialResponse mech=…`, `SASLResponse`, `Query …`,
   * `Terminate`, `garbage`, `closed by client`, `reset by client`. How a connection ends is told where the client ends it; a reset
   * right behind other bytes looks like a close.
   */
  readonly events: readonly string[]
  /** All bytes that the client sent, as they are after decryption: to search for what must not be there. */
  readonly received: Buffer
  /** Set once TLS is established. */
  readonly tls?: {
    readonly protocol: string
    readonly servername?: string
    readonly alpn?: string
    /** Subject of the certificate that the client sent. */
    readonly clientCertificate?: string
  }
}
