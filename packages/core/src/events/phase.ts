/** Progress of a connection; the step after a failure depends on it. */
export type Phase =
  /** a secret and TLS material are fetched, if they are not at hand */
  | 'credentials'
  /** the name is looked up in DNS */
  | 'lookup'
  /** TCP, or a Unix socket */
  | 'connect'
  /** the server is asked for TLS */
  | 'negotiation'
  /** TLS, and verification of the server */
  | 'handshake'
  /** login, with the wait for its turn while a new secret is tried */
  | 'authentication'
  /** the server's parameters and its role */
  | 'session'

/** The time that a connection spent in one phase. */
export interface PhaseTiming {
  readonly phase: Phase
  /** Time from the beginning of the connection to that of the phase, in ms. */
  readonly startMs: number
  /** Time in the phase, in ms. */
  readonly durationMs: number
  /** The server; undefined before one is chosen. */
  readonly host: string | undefined
  readonly port: number | undefined
  /** The address that was dialed, once it is known. */
  readonly address: string | undefined
}
