import { ConfigurationError } from '../errors/configuration-error.ts'
import { problemWith } from '../errors/finding.ts'

const PROTOCOL_3_0 = 196_608
const SSL_REQUEST = 80_877_103
const CANCEL_REQUEST = 80_877_102

/** The eight bytes that ask a server for TLS. */
export function sslRequest(): Buffer {
  return Buffer.concat([int32(8), int32(SSL_REQUEST)])
}

/** The untyped message that asks a server to cancel what the session `processId` is running. */
export function cancelRequest(processId: number, secretKey: Buffer): Buffer {
  return Buffer.concat([int32(12 + secretKey.length), int32(CANCEL_REQUEST), int32(processId), secretKey])
}

/** The first message of a session: user, database and run-time parameters. */
export function startupMessage(parameters: Readonly<Record<string, string>>): Buffer {
  const pairs = Object.entries(parameters).flatMap(([name, value]) => [
    cString(name, 'parameter'),
    cString(value, name),
  ])
  const body = Buffer.concat([int32(PROTOCOL_3_0), ...pairs, Buffer.of(0)])
  return Buffer.concat([int32(body.length + 4), body])
}

/** A password in clear text, or its md5 digest. */
export function passwordMessage(password: string): Buffer {
  return message('p', cString(password, 'password'))
}

/** The first message of a SASL exchange: the mechanism, and the client's first words. */
export function saslInitialResponse(mechanism: string, response: string): Buffer {
  const words = Buffer.from(response)
  return message('p', Buffer.concat([cString(mechanism, 'mechanism'), int32(words.length), words]))
}

/** Every later message of a SASL exchange. */
export function saslResponse(response: string): Buffer {
  return message('p', Buffer.from(response))
}

/** A statement, sent with the simple protocol. */
export function query(sql: string): Buffer {
  return message('Q', cString(sql, 'statement'))
}

/** The message that ends a session in good order. */
export function terminate(): Buffer {
  return message('X', Buffer.alloc(0))
}

function message(type: string, body: Buffer): Buffer {
  return Buffer.concat([Buffer.from(type), int32(body.length + 4), body])
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32BE(value)
  return bytes
}

/** A NUL would end the text early, and the rest would be read as another: in the startup message, as a parameter. */
function cString(text: string, parameter: string): Buffer {
  if (text.includes('\0')) {
    const message = `${parameter} contains a NUL character, where PostgreSQL takes it to end; remove it`
    throw new ConfigurationError([problemWith(parameter, message)])
  }
  return Buffer.from(`${text}\0`)
}
