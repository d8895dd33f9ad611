import { VerifullError } from './verifull-error.ts'

/**
 * The fields of a PostgreSQL ErrorResponse under pg's names.
 *
 * @see https://www.postgresql.org/docs/current/protocol-error-fields.html
 */
export interface ServerErrorFields {
  /** `ERROR`, `FATAL` or `PANIC`, in the server's language. */
  readonly severity?: string
  /** Secondary message with more detail. */
  readonly detail?: string
  /** Suggestion for a fix. */
  readonly hint?: string
  /** Position of the error in the statement, in characters from 1, as text. */
  readonly position?: string
  /** The same in `internalQuery`. */
  readonly internalPosition?: string
  /** Text of a statement that the server generated, as in a PL/pgSQL function. */
  readonly internalQuery?: string
  /** Context of the error: the call stack of functions and statements. */
  readonly where?: string
  /** Schema of the object that the error is about. */
  readonly schema?: string
  /** Table that the error is about. */
  readonly table?: string
  /** Column that the error is about. */
  readonly column?: string
  /** Data type that the error is about. */
  readonly dataType?: string
  /** Constraint that was violated. */
  readonly constraint?: string
  /** Source file of PostgreSQL that reported the error. */
  readonly file?: string
  /** Line in that file. */
  readonly line?: string
  /** Routine in that file. */
  readonly routine?: string
}

/**
 * The server rejected the session with an ErrorResponse.
 *
 * `code` is the SQLSTATE that the server sent, such as `28P01` (password rejected) or `53300` (too many connections).
 */
export class ServerError extends VerifullError {
  /** The other fields of the ErrorResponse. */
  readonly fields: ServerErrorFields
  /** Length of the ErrorResponse as its header gives it, in bytes; pg's DatabaseError has it, too. */
  readonly length: number

  constructor(message: string, code: string, fields: ServerErrorFields, length: number) {
    super('ServerError', code, message)
    this.fields = fields
    this.length = length
  }

  /** Undefined: a SQLSTATE is PostgreSQL's, and documented there. */
  override get help(): undefined {
    return undefined
  }

  /** Returns a copy of the error for another connection. */
  again(): ServerError {
    return new ServerError(this.message, this.code, this.fields, this.length)
  }
}
