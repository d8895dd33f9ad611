import { VerifullError } from './verifull-error.ts'

/** The fields of a PostgreSQL ErrorResponse, named as pg names them. */
export interface ServerErrorFields {
  readonly severity?: string
  readonly detail?: string
  readonly hint?: string
  readonly position?: string
  readonly internalPosition?: string
  readonly internalQuery?: string
  readonly where?: string
  readonly schema?: string
  readonly table?: string
  readonly column?: string
  readonly dataType?: string
  readonly constraint?: string
  readonly file?: string
  readonly line?: string
  readonly routine?: string
}

/**
 * The server refused the session with an ErrorResponse.
 *
 * `code` is the SQLSTATE the server sent, such as `28P01` (password refused) or `53300` (too many connections).
 */
export class ServerError extends VerifullError {
  readonly fields: ServerErrorFields
  /** What the message says of its own length, in bytes; pg's DatabaseError carries it. */
  readonly length: number

  constructor(message: string, code: string, fields: ServerErrorFields, length: number) {
    super('ServerError', code, message)
    this.fields = fields
    this.length = length
  }

  /** The same refusal, for somebody else. */
  again(): ServerError {
    return new ServerError(this.message, this.code, this.fields, this.length)
  }
}
