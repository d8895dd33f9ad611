/** How a SCRAM server breaks its promises. */
export type ScramLie =
  /** The last message proves nothing: a signature made with another key. */
  | 'wrong signature'
  /** AuthenticationOk comes without the last message. */
  | 'no final message'
  /** The server's nonce does not begin with the client's. */
  | 'changed nonce'
  /** An iteration count that would keep the client busy for hours. */
  | 'absurd iterations'
  /** An iteration count of 1, which gives the password away to whoever has the proof. */
  | 'one iteration'
  /** Any proof is accepted, and answered with a signature that the server could not make. */
  | 'any proof'
  /** The last message says `e=other-error`, then comes AuthenticationOk. */
  | 'error then ok'

/** The server's side of SCRAM-SHA-256 (RFC 5802, RFC 7677). */
export interface ScramServer {
  readonly password: string
  /** Default: SCRAM-SHA-256, and over TLS SCRAM-SHA-256-PLUS before it. */
  readonly mechanisms?: readonly string[]
  /** Default 4096. */
  readonly iterations?: number
  readonly lie?: ScramLie
}
