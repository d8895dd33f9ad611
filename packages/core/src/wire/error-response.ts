import { ServerError, type ServerErrorFields } from '../errors/server-error.ts'
import type { BackendMessage } from './reader.ts'

const FIELDS: Readonly<Record<string, keyof ServerErrorFields>> = {
  S: 'severity',
  D: 'detail',
  H: 'hint',
  P: 'position',
  p: 'internalPosition',
  q: 'internalQuery',
  W: 'where',
  s: 'schema',
  t: 'table',
  c: 'column',
  d: 'dataType',
  n: 'constraint',
  F: 'file',
  L: 'line',
  R: 'routine',
}

/** Reads an ErrorResponse (PostgreSQL documentation, "Error and Notice Message Fields"). */
export function readErrorResponse(message: BackendMessage): ServerError {
  const fields: Record<string, string> = {}
  let text = 'the server refused the session without saying why'
  let code = 'XX000'
  for (const field of message.body.toString('utf8').split('\0')) {
    const value = printable(field.slice(1))
    const name = FIELDS[field.slice(0, 1)]
    if (name) fields[name] = value
    else if (field.startsWith('M')) text = value
    else if (field.startsWith('C') && /^[0-9A-Z]{5}$/.test(value)) code = value
  }
  // As pg counts: what the length field says, which leaves out the message's first byte.
  return new ServerError(text, code, fields, message.bytes.length - 1)
}

// Before the server is verified, anyone may have written this: it must not be able to steer a terminal.
function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is taken out
  return text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, '?')
}
