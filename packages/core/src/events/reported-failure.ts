/** A failure as plain data. */
export interface ReportedFailure {
  /** Class of the error. */
  readonly name: string
  /** Code of the error. */
  readonly code: string
  /** The failure in words, without a secret. */
  readonly message: string
}
