/** First bytes of servers that do not speak PostgreSQL, as text (Latin-1), from their protocols' specifications. */
const GREETINGS: readonly (readonly [RegExp, string])[] = [
  [/^HTTP\/\d|^<(?:!doctype|html|\?xml)/i, 'HTTP'],
  [/^SSH-\d/, 'SSH'],
  [/^-(?:ERR|NOAUTH|DENIED|LOADING|MISCONF)\b|^\+PONG\r/, 'Redis'],
  [/^ERROR\r\n/, 'memcached'],
  [/^220[ -]/, 'SMTP or FTP'],
  [/^\+OK\b/, 'POP3'],
  [/^\* (?:OK|BYE|PREAUTH)\b/, 'IMAP'],
  [/^INFO \{/, 'NATS'],
  [/^AMQP/, 'AMQP'],
  [/^RFB \d/, 'VNC'],
]

/** First bytes of binary protocols, in hexadecimal. */
const FRAMES: readonly (readonly [RegExp, string])[] = [
  // A SETTINGS frame of stream 0 (RFC 9113 §4.1).
  [/^0000..040000000000/, 'HTTP/2'],
  [/^fff[b-e]/, 'Telnet'],
]

/**
 * Names the other protocol of a server by the first bytes that it sent; undefined if they are unknown. The name has
 * none of the bytes in it.
 */
export function foreignProtocol(first: Buffer): string | undefined {
  const text = first.toString('latin1', 0, 64)
  const hex = first.toString('hex', 0, 16)
  if (isMysqlPacket(first)) return 'MySQL'
  const found = GREETINGS.find(([pattern]) => pattern.test(text)) ?? FRAMES.find(([pattern]) => pattern.test(hex))
  return found?.[1]
}

/** True for the start of a TLS record: an alert or a handshake message, of any version. */
export function isTlsRecord(first: Buffer): boolean {
  return first.length >= 3 && (first[0] === 0x15 || first[0] === 0x16) && first[1] === 3
}

/** True for one whole packet with sequence number 0: a greeting of protocol 10, or an error. */
function isMysqlPacket(first: Buffer): boolean {
  const isFirst = first.length > 5 && first.readUIntLE(0, 3) + 4 === first.length && first[3] === 0
  return isFirst && (first[4] === 0x0a || first[4] === 0xff)
}
