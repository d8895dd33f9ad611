import { ConnectError } from '../errors/connect-error.ts'

/** One message of the server: its type byte and its content. */
export interface BackendMessage {
  /** The type byte as a character: `R`, `E`, `S` … */
  readonly type: string
  readonly body: Buffer
  /** The whole message, type and length included, so that it can be passed on unread. */
  readonly bytes: Buffer
}

/**
 * Longest message accepted before the session is ready, in bytes.
 *
 * libpq accepts 2000 for authentication messages and 30 000 for errors; a NOTICE may be longer, but no legitimate
 * message comes near this.
 */
export const MAX_MESSAGE = 65_536

/**
 * Takes the first whole message off `bytes`; undefined while it is incomplete. @throws {@link ConnectError} `PROTOCOL`
 * on bytes that are no PostgreSQL message.
 */
export function takeMessage(bytes: Buffer): { message: BackendMessage; rest: Buffer } | undefined {
  if (bytes.length < 5) return undefined
  const length = bytes.readInt32BE(1)
  const type = bytes.toString('latin1', 0, 1)
  if (length < 4 || length > MAX_MESSAGE || !/[A-Za-z0-9]/.test(type)) {
    throw new ConnectError('PROTOCOL', 'the server sent bytes that are no PostgreSQL message')
  }
  if (bytes.length < length + 1) return undefined
  const message = { type, body: bytes.subarray(5, length + 1), bytes: bytes.subarray(0, length + 1) }
  return { message, rest: bytes.subarray(length + 1) }
}
