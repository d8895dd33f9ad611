import { copySnapshot, type ServerError } from '@verifull/core/adapter'
import pg from 'pg'

/** Returns the server's error in pg's own class, which applications and ORMs match: `code` is the SQLSTATE. */
export function databaseError(error: ServerError): pg.DatabaseError {
  const shown = Object.assign(new pg.DatabaseError(error.message, error.length, 'error'), error.fields, {
    code: error.code,
  })
  copySnapshot(error, shown)
  return error.cause === undefined ? shown : Object.assign(shown, { cause: error.cause })
}
