import { readElement, readInside, readOid, TAG } from '../x509/der.ts'

/** A format of certificates and keys that PEM readers do not accept. */
export interface FileFormat {
  /** With its article: `a PKCS#12 archive (.p12, .pfx)`. */
  readonly name: string
  /** The commands that convert the certificates, and the private key, to PEM. */
  readonly fix: { readonly certificate: string; readonly key: string }
}

const PKCS12: FileFormat = {
  name: 'a PKCS#12 archive (.p12, .pfx)',
  fix: {
    certificate: 'convert it with openssl pkcs12 -nokeys -in FILE',
    key: 'convert it with openssl pkcs12 -nocerts -in FILE',
  },
}
const PKCS7: FileFormat = {
  name: 'a PKCS#7 bundle (.p7b)',
  fix: {
    certificate: 'convert it with openssl pkcs7 -print_certs -inform der -in FILE',
    key: 'give a PEM file with the private key: there is none in such a bundle',
  },
}
const PKCS7_PEM: FileFormat = {
  ...PKCS7,
  fix: { ...PKCS7.fix, certificate: 'convert it with openssl pkcs7 -print_certs -in FILE' },
}
const JAVA: FileFormat = {
  name: 'a Java keystore',
  fix: {
    certificate: 'convert it with keytool -exportcert -rfc -keystore FILE',
    key: 'convert it with keytool -importkeystore -deststoretype PKCS12, then openssl pkcs12 -nocerts',
  },
}
const OPENSSH: FileFormat = formatOf('a key of OpenSSH', 'convert it with ssh-keygen -p -m PKCS8 -f FILE')
const PUTTY: FileFormat = formatOf('a key of PuTTY', 'export it as an OpenSSH key, then ssh-keygen -p -m PKCS8 -f FILE')
const UTF16: FileFormat = formatOf('text in UTF-16', 'save it as UTF-8', 'save it as UTF-8')
const COMPRESSED: FileFormat = formatOf('a compressed archive', 'unpack it', 'unpack it')
const WEB_PAGE: FileFormat = formatOf(
  'a web page',
  'give the file itself: what was downloaded may be an error page',
  'give the file itself: what was downloaded may be an error page',
)

function formatOf(
  name: string,
  key: string,
  certificate = 'give the certificate: there is none in such a file',
): FileFormat {
  return { name, fix: { certificate, key } }
}

/** Formats by their first bytes in hexadecimal. */
const MAGIC: readonly (readonly [RegExp, FileFormat])[] = [
  [/^(?:feedfeed|cececece)/, JAVA],
  [/^(?:fffe|feff)/, UTF16],
  [/^(?:1f8b|504b0304)/, COMPRESSED],
]

const BEGINNINGS: readonly (readonly [RegExp, FileFormat])[] = [
  [/^PuTTY-User-Key-File/, PUTTY],
  [/^(?:ssh-(?:rsa|ed25519|dss)|ecdsa-sha2-\S+) |-----BEGIN OPENSSH PRIVATE KEY-----/, OPENSSH],
  [/-----BEGIN (?:PKCS7|CMS)-----/, PKCS7_PEM],
  [/^\s*<(?:!doctype|html|\?xml)/i, WEB_PAGE],
]

/** id-data and id-signedData of PKCS#7, 1.2.840.113549.1.7.1 and .2 */
const DATA = '2a864886f70d010701'
const SIGNED_DATA = '2a864886f70d010702'

/** Recognises a file in another format than PEM or the DER of one certificate or key. */
export function otherFormat(bytes: Buffer): FileFormat | undefined {
  const text = bytes.toString('latin1', 0, 4096)
  const hex = bytes.toString('hex', 0, 4)
  const begun = MAGIC.find(([pattern]) => pattern.test(hex)) ?? BEGINNINGS.find(([pattern]) => pattern.test(text))
  if (begun || bytes[0] !== TAG.sequence) return begun?.[1]
  const [first, second] = readInside(readElement(bytes), TAG.sequence) ?? []
  if (readOid(first) === SIGNED_DATA) return PKCS7
  const [content] = readInside(second, TAG.sequence) ?? []
  const isPfx = first?.tag === TAG.integer && [DATA, SIGNED_DATA].includes(readOid(content) ?? '')
  return isPfx ? PKCS12 : undefined
}
