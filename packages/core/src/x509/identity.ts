import { addressBytes, addressText } from '../addresses/ip-address.ts'
import { printable } from '../text/printable.ts'
import { type AlternativeName, alternativeNames, readCertificate } from './certificate-parts.ts'
import { firstCommonName } from './distinguished-name.ts'

/** The reason that a certificate does not prove to be for the host. */
export interface IdentityMismatch {
  /** `other`: it is for other names; `nameless`: it has none; `malformed`: a name in it cannot be trusted. */
  readonly reason: 'other' | 'nameless' | 'malformed'
  /** The reason in libpq's words. */
  readonly message: string
  /** The names of the certificate that were compared, in order. */
  readonly names: readonly string[]
}

/**
 * Checks a certificate for `host` by the rules of libpq's `verify-full`; undefined for a match.
 *
 * Names are compared without regard to case; a trailing dot counts; `*.` stands for exactly one label; every form that
 * `inet_aton` accepts is an address, and is compared with iPAddress by its bytes, with dNSName as text. The first
 * common name counts if the certificate has no alternative name of the host's type. Three rules are stricter than
 * libpq's: no wildcard for an address, none for a label and an empty one (`a..b`), and a malformed subjectAltName is
 * refused instead of ignored.
 */
export function checkIdentity(certificate: { readonly raw: Buffer }, host: string): IdentityMismatch | undefined {
  if (host === '') return malformed('host name must be specified for a verified SSL connection')
  const parts = readCertificate(certificate.raw)
  const alternatives = parts && alternativeNames(parts)
  if (!parts || !alternatives) return malformed("could not read the names in the server's certificate")
  const reference = { text: folded(Buffer.from(host)), address: addressBytes(host) }
  const commonName = alternatives.some(({ type }) => (type === 'ip') === (reference.address !== undefined))
    ? undefined
    : firstCommonName(parts.subject)
  // A common name is compared as a DNS name is, for addresses too.
  const candidates: AlternativeName[] = commonName
    ? [...alternatives, { type: 'dns', bytes: commonName }]
    : [...alternatives]
  return compare(candidates, reference, host)
}

interface Reference {
  readonly text: string
  readonly address: Buffer | undefined
}

/** Compares in the certificate's order, up to the first match or the first malformed name. */
function compare(
  candidates: readonly AlternativeName[],
  reference: Reference,
  host: string,
): IdentityMismatch | undefined {
  const names: string[] = []
  for (const { type, bytes } of candidates) {
    if (type === 'dns' && bytes.includes(0)) return malformed("SSL certificate's name contains embedded null", names)
    const text = type === 'dns' ? bytes.toString('latin1') : addressText(bytes)
    if (text === undefined) {
      return malformed(`certificate contains IP address with invalid length ${bytes.length}`, names)
    }
    const match = type === 'dns' ? matchesName(folded(bytes), reference) : reference.address?.equals(bytes)
    if (match) return undefined
    names.push(printable(text))
  }
  return other(names, host)
}

function matchesName(name: string, { text, address }: Reference): boolean {
  if (name === text) return true
  if (!name.startsWith('*.') || name.length < 3 || address) return false
  const firstDot = text.indexOf('.')
  return firstDot > 0 && text.slice(firstDot) === name.slice(1)
}

/** Returns bytes as text for a comparison as by `pg_strcasecmp` in the C locale: only ASCII letters are folded. */
function folded(bytes: Buffer): string {
  return bytes.toString('latin1').replace(/[A-Z]/g, (letter) => letter.toLowerCase())
}

function other(names: readonly string[], host: string): IdentityMismatch {
  const [first] = names
  if (first === undefined) {
    return { reason: 'nameless', message: "could not get server's host name from server certificate", names }
  }
  const more = names.length - 1
  const others = more === 0 ? '' : ` (and ${more} other name${more === 1 ? '' : 's'})`
  const message = `server certificate for "${first}"${others} does not match host name "${host}"`
  return { reason: 'other', message, names }
}

function malformed(message: string, names: readonly string[] = []): IdentityMismatch {
  return { reason: 'malformed', message, names }
}
