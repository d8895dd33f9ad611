import 'reflect-metadata'
import { createHash } from 'node:crypto'
import { X509Certificate } from '@peculiar/x509'

/** Channel binding data of a certificate (PEM): tls-server-end-point, RFC 5929 §4.1. */
export function endPointDigest(certificate: string): Buffer {
  const { rawData, signatureAlgorithm } = new X509Certificate(certificate)
  const hash = 'hash' in signatureAlgorithm ? (signatureAlgorithm.hash as { name: string }).name : 'SHA-256'
  const name = hash === 'SHA-1' || hash === 'MD5' ? 'sha256' : hash.replace('-', '').toLowerCase()
  return createHash(name).update(Buffer.from(rawData)).digest()
}
