import { PROVIDED, type ProvidedTls } from '../credentials/tls-provider.ts'
import type { SecretLocation } from '../errors/credentials-error.ts'
import { quote } from '../text/quote.ts'
import { readPemValue } from '../x509/pem.ts'
import { invalid, parsed, textInBytes } from './secret-fields.ts'

/** Names of a secret's fields. Default: the usual names. */
export interface TlsKeys {
  /** Field of the trusted roots. Default: `sslrootcert`, `ca`, `ca.crt` or `DB_SSL_CA`. */
  readonly sslrootcert?: string
  /** Field of the client certificate. Default: `sslcert`, `cert`, `certificate`, `tls.crt` or `DB_SSL_CERT`. */
  readonly sslcert?: string
  /** Field of its key. Default: `sslkey`, `key`, `private_key`, `tls.key` or `DB_SSL_KEY`. */
  readonly sslkey?: string
  /** Field of the revocation lists. Default: `sslcrl` or `crl`. */
  readonly sslcrl?: string
}

/** The spellings of libpq, of Node, of Kubernetes' and cert-manager's secrets, and of the environment's variables. */
const USUAL: Readonly<Record<keyof TlsKeys, readonly string[]>> = {
  sslrootcert: ['sslrootcert', 'ca', 'ca.crt', 'DB_SSL_CA'],
  sslcert: ['sslcert', 'cert', 'certificate', 'tls.crt', 'DB_SSL_CERT'],
  sslkey: ['sslkey', 'key', 'private_key', 'tls.key', 'DB_SSL_KEY'],
  sslcrl: ['sslcrl', 'crl'],
}

/**
 * Reads a secret that is text: an object in JSON, or PEM text, which is a client certificate if there is a key in it.
 */
export function tlsInText(text: string, place: SecretLocation, keys?: TlsKeys): ProvidedTls {
  const trimmed = text.trim()
  if (trimmed === '') throw invalid(place, 'is empty; put PEM text there, or { "sslcert": …, "sslkey": … }')
  if (trimmed.startsWith('{')) return tlsInFields(parsed(trimmed, place), place, keys)
  if (!isPem(trimmed)) throw invalid(place, NEITHER)
  return /PRIVATE KEY-----/.test(trimmed) ? { sslcert: trimmed, sslkey: trimmed } : { sslrootcert: trimmed }
}

const NEITHER = 'is neither PEM text nor an object in JSON with PEM texts; put one there'

/** Reads a secret that is bytes: the same text, in UTF-8. */
export function tlsInBytes(bytes: unknown, place: SecretLocation, keys?: TlsKeys): ProvidedTls {
  return tlsInText(textInBytes(bytes, place), place, keys)
}

/** Reads a secret that is an object. */
export function tlsInFields(fields: unknown, place: SecretLocation, keys: TlsKeys = {}): ProvidedTls {
  if (typeof fields !== 'object' || fields === null || Array.isArray(fields)) {
    throw invalid(place, 'is not an object with PEM texts')
  }
  const record = fields as Readonly<Record<string, unknown>>
  const found = PROVIDED.flatMap((name) => {
    const key = keys[name] ?? USUAL[name].find((one) => Object.hasOwn(record, one))
    if (key === undefined) return []
    const text = Object.hasOwn(record, key) ? record[key] : undefined
    if (text === undefined || text === null) {
      if (keys[name] === undefined) return []
      throw invalid(place, `has no field ${quote(key)}; add it`)
    }
    if (typeof text !== 'string' || !isPem(text)) {
      throw invalid(place, `has a field ${quote(key)} that is not PEM text; put it there with its BEGIN and END lines`)
    }
    return [[name, text] as const]
  })
  if (found.length === 0) {
    const names = PROVIDED.map((name) => USUAL[name][0]).join(', ')
    throw invalid(place, `has none of the fields ${names}; add one, or name the fields that it has in keys`)
  }
  return Object.fromEntries(found)
}

function isPem(text: string): boolean {
  return 'text' in readPemValue(text)
}
