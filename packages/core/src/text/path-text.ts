/** A longer text is no path that a message has to show. */
const LONGEST = 255

/** Where a path begins: `/`, `./`, `../`, `~/`, `file:`, a drive, a share. */
const BEGINNING = /^(?:\/|\.{1,2}[\\/]|~[\w-]*\/|file:|[A-Za-z]:[\\/]|\\\\)/

/** How names of files with certificates, keys and secrets end. */
const EXTENSION = /\.(?:pem|key|crt|cer|cert|ca|crl|der|p8|pk8|p12|pfx|txt|bundle|secret|token)$/i

const PEM_WORDS = /-----|BEGIN|PRIVATE KEY/

/**
 * Tells whether text is clearly the path of a file, so that a message may show it. A key, a token or a password that was put
 * where a path belongs is not recognized by its look: what is not clearly a path is a secret. Base64 has slashes too.
 */
export function isClearlyPath(text: string): boolean {
  if (text.length > LONGEST || /\p{Cc}/u.test(text) || PEM_WORDS.test(text)) return false
  return (BEGINNING.test(text) || EXTENSION.test(text)) && !holdsEncoded(text)
}

/** The same for a file that holds nothing secret: a plain name will do, such as `root`. */
export function isLikelyPath(text: string): boolean {
  return isClearlyPath(text) || (/^[\w .@-]{1,64}$/.test(text) && !PEM_WORDS.test(text) && !holdsEncoded(text))
}

/** As people write words in paths: in small letters, in capitals, or each word with one capital, with a number behind. */
const WRITTEN = /^(?:[a-z\d]+|[A-Z\d]+|[A-Z]?[a-z]+(?:[A-Z][a-z]+)*\d*)$/

/**
 * Whether there may be encoded bytes between the marks that paths have as well: a long word, or capital and small letters as
 * nobody writes them, more than names of temporary folders have. A path has `+` and `=` hardly ever, base64 commonly.
 */
function holdsEncoded(text: string): boolean {
  const words = text.match(/[A-Za-z0-9]+/g) ?? []
  const unwritten = words.filter((word) => !WRITTEN.test(word)).join('')
  return /[+=]/.test(text) || unwritten.length >= 16 || words.some(({ length }) => length >= 32)
}
