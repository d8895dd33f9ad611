import { fileURLToPath } from 'node:url'

/** The value of `sslrootcert`, `sslcert`, `sslkey` or `sslcrl`: a path or PEM text, or its fault. */
export type PemValue = { readonly path: string } | { readonly text: string } | { readonly problem: string }

const BEGIN = '-----BEGIN '

/**
 * Distinguishes a path from PEM text. Text may be in base64; the prefixes `file:` and `base64:` name the form.
 *
 * @example
 * readPemValue('/etc/ca.pem') // { path: '/etc/ca.pem' }
 */
export function readPemValue(value: string): PemValue {
  const trimmed = value.trim()
  if (trimmed.includes(BEGIN)) return { text: trimmed }
  if (trimmed.startsWith('file:')) return pathOf(trimmed)
  const explicit = trimmed.startsWith('base64:')
  const encoded = explicit ? trimmed.slice('base64:'.length) : trimmed
  const decoded = looksLikeBase64(encoded) ? Buffer.from(encoded, 'base64') : Buffer.alloc(0)
  if (decoded.includes(BEGIN)) return { text: decoded.toString('latin1') }
  if (explicit) return { problem: 'is not the base64 of a PEM text' }
  // Base64 of DER starts with an M, and may be a private key: it must not be printed as a path.
  if (decoded[0] === 0x30 && decoded.length > 30) return { problem: 'is base64 without its -----BEGIN … ----- line' }
  if (/[\r\n]/.test(trimmed))
    return { problem: 'is neither a path nor PEM text: its -----BEGIN … ----- line is missing or damaged' }
  return { path: value }
}

function looksLikeBase64(text: string): boolean {
  return text.length > 40 && /^[A-Za-z0-9+/_\s-]+={0,2}\s*$/.test(text)
}

function pathOf(value: string): PemValue {
  if (!value.startsWith('file://')) return { path: value.slice('file:'.length) }
  try {
    return { path: fileURLToPath(value) }
  } catch {
    return { problem: 'is a file: URL that names no file on this machine' }
  }
}

/** One `-----BEGIN X-----` block, rewritten in lines of 64 characters. */
export interface PemBlock {
  /** `CERTIFICATE`, `X509 CRL`, `PRIVATE KEY` … */
  readonly label: string
  readonly text: string
  /** Content in DER, encrypted or not. */
  readonly der: Buffer
  readonly encrypted: boolean
}

/** The blocks of a text, the repairs that it needed, and the fault beyond repair. */
export interface PemText {
  readonly blocks: readonly PemBlock[]
  readonly repaired?: 'literal \\n' | 'lost line breaks'
  readonly problem?: string
}

/**
 * Reads all PEM blocks of a text. It repairs line breaks as environment variables and YAML damage them: `\n` as two
 * characters, blanks in their place, or none at all.
 */
export function readPem(given: string): PemText {
  const literal = /\\n/.test(given)
  const text = literal ? given.replace(/(?:\\+r)?\\+n/g, '\n') : given
  const matches = [...text.matchAll(/-----BEGIN ([A-Z0-9 ]+?)-----(.*?)-----END \1-----/gs)]
  const blocks = matches.map(([, label = '', body = '']) => readBlock(label, body))
  const complete = blocks.filter((block) => block !== undefined)
  if (complete.length < blocks.length) return { blocks: complete, problem: 'is damaged: a block is not base64' }
  if (text.split(BEGIN).length - 1 > blocks.length) {
    return { blocks: complete, problem: 'is cut off: a BEGIN line has no END line' }
  }
  const lost = matches.some(([, , body = '']) => !body.includes('\n'))
  const repaired = literal ? 'literal \\n' : lost ? 'lost line breaks' : undefined
  return { blocks: complete, ...(repaired && { repaired }) }
}

/** The two headers of an encrypted key in the format before PKCS#8 (RFC 1421). */
const ENCRYPTED_HEADERS = /^\s*Proc-Type: 4,ENCRYPTED\s+DEK-Info: ([A-Z0-9-]+,[0-9A-Fa-f]+)\s+/

function readBlock(label: string, body: string): PemBlock | undefined {
  const headers = ENCRYPTED_HEADERS.exec(body)
  const base64 = body.slice(headers?.[0].length ?? 0).replace(/\s+/g, '')
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) return undefined
  const head = headers ? `Proc-Type: 4,ENCRYPTED\nDEK-Info: ${headers[1]}\n\n` : ''
  return {
    label,
    text: `-----BEGIN ${label}-----\n${head}${wrapped(base64)}\n-----END ${label}-----\n`,
    der: Buffer.from(base64, 'base64'),
    encrypted: headers !== null || label === 'ENCRYPTED PRIVATE KEY',
  }
}

function wrapped(base64: string): string {
  return base64.match(/.{1,64}/g)?.join('\n') ?? ''
}
