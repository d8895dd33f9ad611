import { printable } from '../text/printable.ts'
import type { BackendMessage } from './reader.ts'

/** Returns the message with the secret removed from printed texts, as it is and in common ways of quoting. */
export function withoutSecret(message: BackendMessage, secret: string): BackendMessage {
  if (!isPrinted(message)) return message
  const text = message.body.toString('utf8')
  const struck = spellings(secret).reduce((rest, spelling) => rest.replaceAll(spelling, '[secret]'), text)
  if (struck === text) return message
  const body = Buffer.from(struck)
  const head = Buffer.alloc(5)
  head.write(message.type, 'latin1')
  head.writeInt32BE(body.length + 4, 1)
  return { type: message.type, body, bytes: Buffer.concat([head, body]) }
}

/**
 * True for errors, notices and the server's version. Other parameters carry meaning, and a password may be the word
 * `off`.
 */
function isPrinted({ type, body }: BackendMessage): boolean {
  return type === 'E' || type === 'N' || (type === 'S' && body.toString('latin1').startsWith('server_version\0'))
}

/** Returns the spellings of a secret, the longest first, so that none is removed only in part. */
function spellings(secret: string): string[] {
  // A lone surrogate is sent as U+FFFD.
  const sent = Buffer.from(secret).toString('utf8')
  const quoted = sent.replaceAll("'", "''")
  const all = [
    sent,
    JSON.stringify(sent).slice(1, -1),
    printable(sent, Number.POSITIVE_INFINITY),
    quoted,
    quoted.replaceAll('\\', '\\\\'),
    encodeURIComponent(sent),
  ]
  return [...new Set(all)].sort((one, other) => other.length - one.length)
}
