/** One thing that is wrong with a connection: its cause, and the secure fix. */
export interface Diagnosis {
  /** Code of the error: one of Verifull, a SQLSTATE, or an errno name. */
  readonly code: string
  /** The cause in words. */
  readonly what: string
  /** The secure fix. */
  readonly fix: string
  /**
   * True if nothing could be checked, because a server, a network or a secret store does not answer; false for a fault that
   * was found.
   */
  readonly unreachable: boolean
  /** Address of the documentation of the code. */
  readonly help?: string
}
