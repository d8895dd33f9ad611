/** Longest text that counts as a path, in characters. */
const LONGEST = 255

/** Beginnings of a path: `/`, `./`, `../`, `~/`, `file:`, a drive, a share. */
const BEGINNING = /^(?:\/|\.{1,2}[\\/]|~[\w-]*\/|file:|[A-Za-z]:[\\/]|\\\\)/

/** File extensions of certificates, keys and secrets. */
const EXTENSION = /\.(?:pem|key|crt|cer|cert|ca|crl|der|p8|pk8|p12|pfx|txt|bundle|secret|token)$/i

const PEM_WORDS = /-----|BEGIN|PRIVATE KEY/

/**
 * True if text is clearly the path of a file, so that a message may show it. A key, a token or a password in the place
 * of a path has no reliable sign, so that everything else counts as a secret. Base64 has slashes, too.
 */
export function isClearlyPath(text: string): boolean {
  if (text.length > LONGEST || /\p{Cc}/u.test(text) || PEM_WORDS.test(text)) return false
  return (BEGINNING.test(text) || EXTENSION.test(text)) && !holdsEncoded(text)
}

/** The same for a file without a secret: a plain name such as `root` is enough. */
export function isLikelyPath(text: string): boolean {
  return isClearlyPath(text) || (/^[\w .@-]{1,64}$/.test(text) && !PEM_WORDS.test(text) && !holdsEncoded(text))
}

/**
 * A word as people write it in paths: in small letters, in capitals, or with a capital at the start of each part, with
 * a number behind.
 */
const WRITTEN = /^(?:[a-z\d]+|[A-Z\d]+|[A-Z]?[a-z]+(?:[A-Z][a-z]+)*\d*)$/

/**
 * True if a path may hold encoded bytes: it has `+` or `=`, a word of 32 characters or more, or 16 characters or more
 * in words that mix small and capital letters, which is more than names of temporary folders have.
 */
function holdsEncoded(text: string): boolean {
  const words = text.match(/[A-Za-z0-9]+/g) ?? []
  const unwritten = words.filter((word) => !WRITTEN.test(word)).join('')
  return /[+=]/.test(text) || unwritten.length >= 16 || words.some(({ length }) => length >= 32)
}
