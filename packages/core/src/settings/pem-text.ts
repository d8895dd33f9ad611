const BEGIN = '-----BEGIN'
const KEY = 'PRIVATE KEY-----'
/** How base64 of `-----BEGIN` begins. */
const BEGIN_IN_BASE64 = 'LS0tLS1CRUdJT'

/** Tells PEM text, plain or in base64, from a path. Anything long is taken for text: a key must not be printed. */
export function isPem(text: string): boolean {
  return text.includes(BEGIN) || text.includes(BEGIN_IN_BASE64) || text.length > 256
}

/** Tells whether there is a private key in the text, plain or in base64. */
export function holdsKey(text: string): boolean {
  return text.includes(KEY) || Buffer.from(text, 'base64').includes(KEY)
}
