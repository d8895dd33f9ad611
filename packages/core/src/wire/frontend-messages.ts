import { ConfigurationError } from '../errors/configuration-error.ts'
import { problemWith } from '../errors/finding.ts'

const PROTOCOL_3_0 = 196_608
const SSL_REQUEST = 80_877_103
const CANCEL_REQUEST = 80_877_102

/** Makes the SSLRequest, the eight bytes that request TLS. */
export function sslRequest(): Buffer {
  return Buffer.concat([int32(8), int32(SSL_REQUEST)])
}

/** Makes the untyped message that cancels the running statement of the session `processId`. */
export function cancelRequest(processId: number, secretKey: Buffer): Buffer {
  return Buffer.concat([int32(12 + secretKey.length), int32(CANCEL_REQUEST), int32(processId), secretKey])
}

/** Makes the first message of a session: user, database and run-time parameters. */
export function startupMessage(parameters: Readonly<Record<string, string>>): Buffer {
  const pairs = Object.entries(parameters).flatMap(([name, value]) => [
    cString(name, 'parameter'),
    cString(value, name),
  ])
  const body = Buffer.concat([int32(PROTOCOL_3_0), ...pairs, Buffer.of(0)])
  return Buffer.concat([int32(body.length + 4), body])
}

/** Makes the message with a password in cleartext, or its md5 digest. */
export function passwordMessage(password: string): Buffer {
  return message('p', cString(password, 'password'))
}

/** Makes the first message of a SASL exchange: the mechanism and the initial response. */
export function saslInitialResponse(mechanism: string, response: string): Buffer {
  const words = Buffer.from(response)
  return message('p', Buffer.concat([cString(mechanism, 'mechanism'), int32(words.length), words]))
}

/** Makes a later message of a SASL exchange. */
export function saslResponse(response: string): Buffer {
  return message('p', Buffer.from(response))
}

/** Makes the message of a statement in the simple protocol. */
export function query(sql: string): Buffer {
  return message('Q', cString(sql, 'statement'))
}

/** Makes the message that ends a session. */
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

/**
 * Encodes text with a final NUL. A NUL inside it would end the text early, and the rest would be read as another one:
 * in the startup message, as a parameter.
 */
function cString(text: string, parameter: string): Buffer {
  if (text.includes('\0')) {
    const message = `${parameter} contains a NUL character, where PostgreSQL takes it to end; remove it`
    throw new ConfigurationError([problemWith(parameter, message)])
  }
  return Buffer.from(`${text}\0`)
}
