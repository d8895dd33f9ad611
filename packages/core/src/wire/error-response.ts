import { ServerError, type ServerErrorFields } from '../errors/server-error.ts'
import { printable } from '../text/printable.ts'
import type { BackendMessage } from './reader.ts'

/** Longest text kept of each field, in characters: before the server is verified, an attacker may have written it. */
const LONGEST = 1000

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
    const value = printable(field.slice(1), LONGEST)
    const name = FIELDS[field.slice(0, 1)]
    if (name) fields[name] = value
    else if (field.startsWith('M')) text = value
    else if (field.startsWith('C') && /^[0-9A-Z]{5}$/.test(value)) code = value
  }
  // As pg counts: the value of the length field, which leaves out the type byte.
  return new ServerError(text, code, fields, message.bytes.length - 1)
}

/** Returns a NoticeResponse with {@link printable} texts, as bytes: drivers pass them on, and applications log them. */
export function printableNotice({ body }: BackendMessage): Buffer {
  const fields = body.toString('utf8').split('\0')
  const texts = fields.map((field) => field.slice(0, 1) + printable(field.slice(1), LONGEST))
  const content = Buffer.from(texts.join('\0'))
  const head = Buffer.from('N\0\0\0\0', 'latin1')
  head.writeInt32BE(content.length + 4, 1)
  return Buffer.concat([head, content])
}
