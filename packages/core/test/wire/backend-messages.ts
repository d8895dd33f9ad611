/** A message of a server. */
export function message(type: string, body: Buffer = Buffer.alloc(0)): Buffer {
  return Buffer.concat([Buffer.from(type), int32(body.length + 4), body])
}

/** An authentication request of any number. */
export function authentication(type: number, data: Buffer = Buffer.alloc(0)): Buffer {
  return message('R', Buffer.concat([int32(type), data]))
}

/** AuthenticationSASL with these mechanisms. */
export function sasl(...mechanisms: string[]): Buffer {
  return authentication(10, Buffer.from(`${mechanisms.join('\0')}\0\0`))
}

/** An ErrorResponse with the fields as given: `{ C: '28P01', M: '…' }`. */
export function errorResponse(fields: Readonly<Record<string, string>>): Buffer {
  return message('E', fieldList(fields))
}

export function notice(fields: Readonly<Record<string, string>> = { S: 'NOTICE', M: 'look' }): Buffer {
  return message('N', fieldList(fields))
}

export function parameterStatus(name: string, value: string): Buffer {
  return message('S', Buffer.from(`${name}\0${value}\0`))
}

export function backendKey(processId: number, secretKey: Buffer): Buffer {
  return message('K', Buffer.concat([int32(processId), secretKey]))
}

export function dataRow(...values: (string | null)[]): Buffer {
  const count = Buffer.alloc(2)
  count.writeInt16BE(values.length)
  const columns = values.map((value) =>
    value === null ? int32(-1) : Buffer.concat([int32(Buffer.byteLength(value)), Buffer.from(value)]),
  )
  return message('D', Buffer.concat([count, ...columns]))
}

export const authenticationOk = authentication(0)
export const readyForQuery = message('Z', Buffer.from('I'))

/** The messages after AuthenticationOk, with the parameters that tests read. */
export function sessionStart(parameters: Readonly<Record<string, string>> = { server_version: '18.1' }): Buffer {
  return Buffer.concat([
    authenticationOk,
    ...Object.entries(parameters).map(([name, value]) => parameterStatus(name, value)),
    backendKey(7, Buffer.from([0, 0, 0, 9])),
    readyForQuery,
  ])
}

function fieldList(fields: Readonly<Record<string, string>>): Buffer {
  return Buffer.from(
    `${Object.entries(fields)
      .map(([code, value]) => `${code}${value}\0`)
      .join('')}\0`,
  )
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32BE(value)
  return bytes
}
