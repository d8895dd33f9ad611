import { Transform } from 'node:stream'
import { percentEncoded } from './percent-encoded.ts'

/** Shortest secret that is struck out: a shorter one is part of ordinary output. */
const SHORTEST = 4

/** Shortest piece of Base64 that is struck out: a shorter one occurs in binary output by chance. */
const SHORTEST_BASE64 = 8

/**
 * Makes a stream that passes bytes on as they are, with each secret struck out by as many asterisks, so that no offset in
 * binary output changes. It recognises a secret as it is, percent-encoded, in Base64 and as JSON has it, also where it
 * arrives in several pieces, and in Base64 at any place of a longer text.
 */
export function strikingOut(secrets: readonly string[]): Transform {
  const needles = [...new Set(secrets.flatMap(formsOf))]
    .filter((text) => text.length >= SHORTEST)
    .map((text) => Buffer.from(text))
  let held = Buffer.alloc(0)
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      const bytes = held.length > 0 ? Buffer.concat([held, chunk]) : Buffer.from(chunk)
      for (const needle of needles) {
        for (let at = bytes.indexOf(needle); at >= 0; at = bytes.indexOf(needle, at + needle.length)) {
          bytes.fill('*', at, at + needle.length)
        }
      }
      const end = bytes.length - Math.max(0, ...needles.map((needle) => begunAtEnd(bytes, needle)))
      held = bytes.subarray(end)
      done(null, bytes.subarray(0, end))
    },
    flush(done) {
      done(null, held)
    },
  })
}

function formsOf(secret: string): readonly string[] {
  const encoded = encodeURIComponent(secret)
  return [
    secret,
    encoded,
    encoded.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()),
    percentEncoded(secret),
    ...inBase64(secret),
    JSON.stringify(secret).slice(1, -1),
  ]
}

/**
 * A secret in Base64 behind any number of other bytes, such as `user:` in a header: three forms, each without the characters that
 * the bytes beside it decide as well.
 */
function inBase64(secret: string): readonly string[] {
  const bytes = Buffer.from(secret)
  return [0, 1, 2].flatMap((before) => {
    const text = Buffer.concat([Buffer.alloc(before), bytes])
      .toString('base64')
      .replace(/=+$/, '')
    const endsWithin = (before + bytes.length) % 3 !== 0
    const own = text.slice(Math.ceil((before * 4) / 3), endsWithin ? -1 : undefined)
    if (own.length < SHORTEST_BASE64) return []
    return [own, own.replaceAll('+', '-').replaceAll('/', '_')]
  })
}

/** Number of bytes at the end that may be the beginning of `needle`. */
function begunAtEnd(bytes: Buffer, needle: Buffer): number {
  for (let size = Math.min(needle.length - 1, bytes.length); size > 0; size--) {
    if (bytes.subarray(bytes.length - size).equals(needle.subarray(0, size))) return size
  }
  return 0
}
