const BEGIN = '-----BEGIN'
/** How base64 of `-----BEGIN` begins. */
const BEGIN_IN_BASE64 = 'LS0tLS1CRUdJT'

/** Tells PEM text, plain or in base64, from a path. Anything long without a separator is taken for text: a key must not be printed. */
export function isPem(text: string): boolean {
  return (
    text.includes(BEGIN) || text.includes(BEGIN_IN_BASE64) || (text.length > 256 && !/[\\/]/.test(text.slice(0, 64)))
  )
}
