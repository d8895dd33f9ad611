import { CredentialsError } from '../errors/credentials-error.ts'
import { kindOf } from '../text/record.ts'
import { readPemValue } from '../x509/pem.ts'

/**
 * TLS material of a provider: PEM texts, each for the libpq parameter of its name.
 *
 * For an absent text the settings or the default hold: a provider may give the client certificate alone.
 */
export interface ProvidedTls {
  /** Trusted roots. */
  readonly sslrootcert?: string
  /** Client certificate, followed by its intermediates. */
  readonly sslcert?: string
  /** Key of the client certificate; `sslcert` and `sslkey` go together. */
  readonly sslkey?: string
  /** Certificate revocation lists. */
  readonly sslcrl?: string
  /**
   * Time at which other material must be in use. Default: the end of the client certificate, with a call every five
   * minutes.
   */
  readonly expiresAt?: Date
  /** Name of this version in messages. It is printed: never put a part of a key in it. */
  readonly version?: string
}

/**
 * Returns TLS material: trusted roots, a client certificate with its key, revocation lists.
 *
 * It is called lazily, below the ORM, and all connections share its answer: see `settings.tls`.
 *
 * @example
 * const provider: TlsProvider = async ({ signal }) => {
 *   const response = await fetch('https://certificates.internal/orders', { signal })
 *   const { ca, certificate, key } = await response.json()
 *   return { sslrootcert: ca, sslcert: certificate, sslkey: key }
 * }
 */
export interface TlsProvider {
  (request: { readonly signal: AbortSignal }): Promise<ProvidedTls>
  /** Ends what the provider keeps beyond one request; called when the last configuration that used it is closed. */
  close?(): void | Promise<void>
}

/** The parameters that a provider may give. */
export const PROVIDED = ['sslrootcert', 'sslcert', 'sslkey', 'sslcrl'] as const

/**
 * Returns a provider's answer if it has the shape of TLS material; its texts are not parsed.
 *
 * @throws {@link CredentialsError} `CREDENTIALS_INVALID` if it has not.
 */
export function checkedTls(given: unknown, source: string): ProvidedTls {
  if (typeof given !== 'object' || given === null) {
    throw invalid(
      `${source} gave ${kindOf(given)} where TLS material is needed; it must give { sslcert, sslkey } or { sslrootcert }`,
    )
  }
  const material = given as ProvidedTls
  const { sslcert, sslkey, expiresAt, version } = material
  const texts = PROVIDED.filter((name) => material[name] !== undefined)
  for (const name of texts) checkText(name, material[name], source)
  if (texts.length === 0) throw invalid(`${source} gave no TLS material; it must give one of ${PROVIDED.join(', ')}`)
  if ((sslcert === undefined) !== (sslkey === undefined)) {
    const [one, other] = sslcert === undefined ? ['sslkey', 'sslcert'] : ['sslcert', 'sslkey']
    throw invalid(`${source} gave ${one} and not ${other}; it must give both, or neither`)
  }
  if (version !== undefined && typeof version !== 'string')
    throw invalid(`${source} gave a version that is not a string`)
  if (expiresAt !== undefined && !(expiresAt instanceof Date && expiresAt.getTime() > 0)) {
    throw invalid(`${source} gave expiresAt as ${kindOf(expiresAt)}; it must be a valid Date`)
  }
  return material
}

/** Checks that a text is no path: a path would let the store choose the files to read. */
function checkText(name: (typeof PROVIDED)[number], text: unknown, source: string): void {
  if (typeof text === 'string' && 'text' in readPemValue(text)) return
  const got = text === '' ? 'an empty string' : typeof text === 'string' ? 'a string that is not PEM' : kindOf(text)
  throw invalid(`${source} gave ${got} as ${name}; it must give PEM text, with its BEGIN and END lines`)
}

function invalid(message: string): CredentialsError {
  return new CredentialsError('CREDENTIALS_INVALID', message, false)
}
