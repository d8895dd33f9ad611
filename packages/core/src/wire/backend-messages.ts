import { ConnectError } from '../errors/connect-error.ts'
import { emptyRow, isDataRow, type RowValues } from './message-shape.ts'
import type { BackendMessage } from './reader.ts'

/** A request of the server in its authentication. */
export type AuthenticationRequest =
  | { readonly kind: 'ok' }
  | { readonly kind: 'password' }
  | { readonly kind: 'md5'; readonly salt: Buffer }
  | { readonly kind: 'sasl'; readonly mechanisms: readonly string[] }
  | { readonly kind: 'sasl-continue' | 'sasl-final'; readonly data: Buffer }
  | { readonly kind: 'gss' | 'sspi' | 'unknown'; readonly type: number }

/** Reads an Authentication message (type R). @throws {@link ConnectError} `PROTOCOL` if it is malformed. */
export function readAuthentication({ body }: BackendMessage): AuthenticationRequest {
  if (body.length < 4) throw malformed('authentication')
  const type = body.readInt32BE(0)
  const data = body.subarray(4)
  switch (type) {
    case 0:
      return { kind: 'ok' }
    case 3:
      return { kind: 'password' }
    case 5:
      if (data.length !== 4) throw malformed('md5 authentication')
      return { kind: 'md5', salt: data }
    case 7:
      return { kind: 'gss', type }
    case 9:
      return { kind: 'sspi', type }
    case 10:
      return { kind: 'sasl', mechanisms: mechanisms(data) }
    case 11:
      return { kind: 'sasl-continue', data }
    case 12:
      return { kind: 'sasl-final', data }
    default:
      return { kind: 'unknown', type }
  }
}

/** Reads a ParameterStatus message (type S). */
export function readParameterStatus({ body }: BackendMessage): readonly [name: string, value: string] {
  const [name = '', value = ''] = body.toString('utf8').split('\0')
  return [name, value]
}

/** Reads BackendKeyData (type K): the process id and secret key of a cancel request. */
export function readBackendKey({ body }: BackendMessage): { processId: number; secretKey: Buffer } {
  if (body.length < 8) throw malformed('backend key')
  return { processId: body.readInt32BE(0), secretKey: Buffer.from(body.subarray(4)) }
}

/** Reads the columns of a DataRow (type D) as text; null for a NULL. */
export function readDataRow({ bytes }: BackendMessage): RowValues {
  const values = emptyRow(bytes, 0)
  if (!isDataRow(bytes, 0, bytes.length, undefined, values)) throw malformed('data row')
  return values
}

function mechanisms(data: Buffer): string[] {
  const names = data.toString('latin1').split('\0')
  // The list ends in an empty name: "A\0B\0\0".
  if (names.length < 3 || names.at(-1) !== '' || names.at(-2) !== '') throw malformed('SASL')
  return names.slice(0, -2)
}

function malformed(what: string): ConnectError {
  return new ConnectError('PROTOCOL', `the server sent a malformed ${what} message`)
}
