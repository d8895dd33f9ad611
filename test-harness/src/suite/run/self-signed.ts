import 'reflect-metadata'
import { KeyObject, webcrypto } from 'node:crypto'
import { BasicConstraintsExtension, SubjectAlternativeNameExtension, X509CertificateGenerator } from '@peculiar/x509'
import { type Issued, pem } from '../../certificates/issued.ts'
import { pemOf } from '../../certificates/key-pair.ts'
import { daysAway } from '../../certificates/validity.ts'

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }

/**
 * A certificate as `openssl req -x509` creates it and PostgreSQL's manual shows it: a CA by its basic constraints,
 * without key usages. Clients pin it as their root.
 */
export async function selfSigned(hosts: readonly string[]): Promise<Issued> {
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify'])
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: `CN=${hosts[0]}`,
    notBefore: daysAway(-1),
    notAfter: daysAway(365),
    keys,
    signingAlgorithm: ALGORITHM,
    extensions: [
      new BasicConstraintsExtension(true, undefined, true),
      new SubjectAlternativeNameExtension(hosts.map((value) => ({ type: 'dns' as const, value }))),
    ],
  })
  const der = Buffer.from(certificate.rawData)
  const text = pem('CERTIFICATE', der)
  const key = pemOf(KeyObject.from(keys.privateKey))
  return { certificate: text, chain: text, key, der, serialNumber: certificate.serialNumber }
}
