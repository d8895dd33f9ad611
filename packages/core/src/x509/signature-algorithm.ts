import { createHash } from 'node:crypto'
import { type CertificateParts, readCertificate } from './certificate-parts.ts'
import { type DerElement, readElement, readInside, readOid, TAG } from './der.ts'

/** The algorithm of a certificate's signature. */
export interface SignatureAlgorithm {
  /**
   * `RSA-SHA256`, `ECDSA-SHA384`, `RSA-PSS-SHA256`, `Ed25519` …; the object identifier in hexadecimal if it is unknown.
   */
  readonly name: string
  /** The hash in OpenSSL's spelling; undefined if the algorithm is unknown or has no separate hash. */
  readonly hash: string | undefined
}

/** Reads the signature algorithm of a certificate in DER; undefined if the bytes are no certificate. */
export function signatureAlgorithmOf(raw: Buffer): SignatureAlgorithm | undefined {
  const parts = readCertificate(raw)
  return parts && readAlgorithm(parts)
}

/**
 * Returns the hash of a server's certificate that SCRAM-SHA-256-PLUS binds to: `tls-server-end-point` of RFC 5929 §4.1.
 *
 * It uses the hash of the certificate's signature, SHA-256 in place of MD5 and SHA-1. Undefined if the signature has no
 * such hash (Ed25519, Ed448): libpq cannot bind to such a certificate either.
 */
export function endpointBinding(raw: Buffer): Buffer | undefined {
  const hash = signatureAlgorithmOf(raw)?.hash
  if (hash === undefined) return undefined
  return createHash(hash === 'md5' || hash === 'sha1' ? 'sha256' : hash)
    .update(raw)
    .digest()
}

const RSA_PSS = '2a864886f70d01010a'

/** Algorithms by object identifier in hexadecimal: pkcs-1, ansi-X9-62, x9-57, and NIST's arc of signatures. */
const ALGORITHMS: Readonly<Record<string, readonly [name: string, hash: string | undefined]>> = {
  '2a864886f70d010104': ['RSA-MD5', 'md5'],
  '2a864886f70d010105': ['RSA-SHA1', 'sha1'],
  '2a864886f70d01010e': ['RSA-SHA224', 'sha224'],
  '2a864886f70d01010b': ['RSA-SHA256', 'sha256'],
  '2a864886f70d01010c': ['RSA-SHA384', 'sha384'],
  '2a864886f70d01010d': ['RSA-SHA512', 'sha512'],
  '2a8648ce3d0401': ['ECDSA-SHA1', 'sha1'],
  '2a8648ce3d040301': ['ECDSA-SHA224', 'sha224'],
  '2a8648ce3d040302': ['ECDSA-SHA256', 'sha256'],
  '2a8648ce3d040303': ['ECDSA-SHA384', 'sha384'],
  '2a8648ce3d040304': ['ECDSA-SHA512', 'sha512'],
  '2a8648ce380403': ['DSA-SHA1', 'sha1'],
  '608648016503040302': ['DSA-SHA256', 'sha256'],
  '60864801650304030a': ['ECDSA-SHA3-256', 'sha3-256'],
  '60864801650304030b': ['ECDSA-SHA3-384', 'sha3-384'],
  '60864801650304030c': ['ECDSA-SHA3-512', 'sha3-512'],
  '60864801650304030e': ['RSA-SHA3-256', 'sha3-256'],
  '60864801650304030f': ['RSA-SHA3-384', 'sha3-384'],
  '608648016503040310': ['RSA-SHA3-512', 'sha3-512'],
  '2b6570': ['Ed25519', undefined],
  '2b6571': ['Ed448', undefined],
}

const HASHES: Readonly<Record<string, string>> = {
  '2a864886f70d0205': 'md5',
  '2b0e03021a': 'sha1',
  '608648016503040204': 'sha224',
  '608648016503040201': 'sha256',
  '608648016503040202': 'sha384',
  '608648016503040203': 'sha512',
  '608648016503040208': 'sha3-256',
  '608648016503040209': 'sha3-384',
  '60864801650304020a': 'sha3-512',
}

/** Reads the signature algorithm of a certificate split into parts. */
export function readAlgorithm({ signatureAlgorithm }: CertificateParts): SignatureAlgorithm | undefined {
  const [identifier, parameters] = readInside(signatureAlgorithm, TAG.sequence) ?? []
  const oid = readOid(identifier)
  if (oid === undefined) return undefined
  if (oid === RSA_PSS) {
    const hash = pssHash(parameters)
    return { name: `RSA-PSS${hash ? `-${hash.toUpperCase()}` : ''}`, hash }
  }
  const [name, hash] = ALGORITHMS[oid] ?? [oid, undefined]
  return { name, hash }
}

/** Returns the hash in RSASSA-PSS-params: [0], and SHA-1 if it is left out (RFC 4055 §3.1). */
function pssHash(parameters: DerElement | undefined): string | undefined {
  const fields = readInside(parameters, TAG.sequence)
  if (!fields) return undefined
  const [first] = fields
  if (first?.tag !== TAG.explicit0) return 'sha1'
  const [oid] = readInside(readElement(first.content), TAG.sequence) ?? []
  return HASHES[readOid(oid) ?? '']
}
