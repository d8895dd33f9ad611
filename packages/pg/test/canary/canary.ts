import { createHash } from 'node:crypto'

/** A password that shows up nowhere by chance, with the characters that have to be encoded in a URL. */
export const CANARY = 'q7Zr5vK#x3Wp8Lm/T9bHn2c%Yd6Fs4g?J1kR0tA'

/** The users that log in with it: what md5 authentication sends depends on the name. */
const USERS = ['scram_user', 'md5_user', 'password_user', 'hostssl_user']

/** Finds a secret in a text, whole or in pieces, as it is or encoded; gives the names of what it found. */
export type Search = (text: string) => readonly string[]

/** Makes the search for one secret. Pieces of `piece` characters count, so that half a password is a find too. */
export function searchFor(secret: string, piece = 6): Search {
  const forms = new Map<string, string>()
  const words = secret.match(/[A-Za-z0-9]+/g) ?? []
  for (const word of words.filter(({ length }) => length >= piece)) {
    for (let at = 0; at + piece <= word.length; at++) forms.set(word.slice(at, at + piece), 'a piece of it')
  }
  const bytes = Buffer.from(secret)
  forms.set(encodeURIComponent(secret), 'percent-encoded')
  forms.set(bytes.toString('hex'), 'hex')
  for (const before of [0, 1, 2]) {
    // In base64 the text depends on where the three-byte groups begin; the ends are shared with the neighbours.
    const base64 = Buffer.concat([Buffer.alloc(before), bytes])
      .toString('base64')
      .replace(/=+$/, '')
      .slice(4, -4)
    forms.set(base64, 'base64')
    forms.set(base64.replaceAll('+', '-').replaceAll('/', '_'), 'base64url')
  }
  for (const user of ['', ...USERS]) {
    for (const encoding of ['hex', 'base64'] as const) {
      forms.set(
        createHash('md5')
          .update(secret + user)
          .digest(encoding),
        `md5 digest of it (${user})`,
      )
    }
  }
  return (text) => {
    const found = new Set<string>()
    // <Buffer 71 37 5a> is hex too
    for (const shown of [text, text.replace(/\b([0-9a-f]{2}) (?=[0-9a-f]{2}\b)/g, '$1')]) {
      for (const [form, name] of forms) if (shown.includes(form)) found.add(name)
    }
    return [...found]
  }
}

/** Finds {@link CANARY}. */
export const canaryIn: Search = searchFor(CANARY)
