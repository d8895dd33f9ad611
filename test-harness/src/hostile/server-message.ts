/** AuthenticationCleartextPassword. */
export const CLEARTEXT_REQUEST = authentication(3)
/** AuthenticationMD5Password. */
export const MD5_REQUEST = authentication(5, Buffer.from('salt'))

/** AuthenticationSASL with these mechanisms. */
export function saslRequest(mechanisms: readonly string[]): Buffer {
  return authentication(10, texts(...mechanisms, ''))
}

/** AuthenticationSASLContinue. */
export function saslContinue(text: string): Buffer {
  return authentication(11, Buffer.from(text))
}

/** AuthenticationSASLFinal. */
export function saslFinal(text: string): Buffer {
  return authentication(12, Buffer.from(text))
}

/** AuthenticationOk to ReadyForQuery, as a regular server sends them. */
export function welcome(): Buffer {
  const parameters = {
    server_version: '18.0',
    server_encoding: 'UTF8',
    client_encoding: 'UTF8',
    DateStyle: 'ISO, MDY',
    TimeZone: 'UTC',
    integer_datetimes: 'on',
    standard_conforming_strings: 'on',
    in_hot_standby: 'off',
    default_transaction_read_only: 'off',
  }
  return Buffer.concat([
    authentication(0),
    ...Object.entries(parameters).map(([name, value]) => message('S', texts(name, value))),
    message('K', Buffer.concat([int32(4711), int32(815)])),
    READY,
  ])
}

/** ReadyForQuery, idle. */
export const READY = message('Z', Buffer.from('I'))

/** Columns of the first queries of ORMs, by name. */
const ROW = { '?column?': '1', version: 'PostgreSQL 18.0', server_version: '18.0' }

/** Response to any query: one row of text columns. */
export const ONE_ROW = Buffer.concat([
  message('T', Buffer.concat([int16(Object.keys(ROW).length), ...Object.keys(ROW).map(textColumn)])),
  message('D', Buffer.concat([int16(Object.keys(ROW).length), ...Object.values(ROW).map(textValue)])),
  message('C', texts('SELECT 1')),
  READY,
])

/** ErrorResponse, severity FATAL. */
export function errorResponse(code: string, text: string): Buffer {
  return message('E', texts('SFATAL', 'VFATAL', `C${code}`, `M${text}`, ''))
}

function authentication(type: number, data: Uint8Array = Buffer.alloc(0)): Buffer {
  return message('R', Buffer.concat([int32(type), data]))
}

function message(type: string, body: Buffer): Buffer {
  return Buffer.concat([Buffer.from(type), int32(body.length + 4), body])
}

/** RowDescription of a text column without a table. */
function textColumn(name: string): Buffer {
  return Buffer.concat([texts(name), int32(0), int16(0), int32(25), int16(-1), int32(-1), int16(0)])
}

function textValue(text: string): Buffer {
  return Buffer.concat([int32(text.length), Buffer.from(text)])
}

function texts(...all: string[]): Buffer {
  return Buffer.from(all.map((text) => `${text}\0`).join(''))
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32BE(value)
  return bytes
}

function int16(value: number): Buffer {
  const bytes = Buffer.alloc(2)
  bytes.writeInt16BE(value)
  return bytes
}
