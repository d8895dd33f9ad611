import { ConnectError } from '../errors/connect-error.ts'

/** One message of the server: its type byte and what follows the length. */
export interface BackendMessage {
  /** The type byte as a character: `R`, `E`, `S` … */
  readonly type: string
  readonly body: Buffer
  /** The message as it came, type and length included, so that it can be handed on unread. */
  readonly bytes: Buffer
}

/**
 * Longest message accepted before the session is ready, in bytes.
 *
 * libpq takes 2000 for authentication messages and 30000 for errors; a certificate-heavy NOTICE may be longer, and
 * nothing legitimate comes near this.
 */
export const MAX_MESSAGE = 65_536

/** Cuts the first whole message off `bytes`; undefined while it is not all there. Throws on what is no PostgreSQL message. */
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
