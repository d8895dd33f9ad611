import { X509Certificate } from 'node:crypto'
import { createAuthority } from '@verifull/test-harness/fixtures'
import { beforeAll, describe, expect, test } from 'vitest'
import { ConnectError } from '../../src/errors/connect-error.ts'
import { TlsError } from '../../src/errors/tls-error.ts'
import type { HandshakeRequest } from '../../src/tls/handshake-request.ts'
import type { PeerCertificate } from '../../src/tls/peer-certificate.ts'
import { verificationError } from '../../src/tls/verification-error.ts'
import { inspectCertificate } from '../../src/x509/certificate.ts'

let peer: PeerCertificate
beforeAll(async () => {
  const authority = await createAuthority({ name: 'Some CA' })
  const certificate = new X509Certificate(
    (await authority.issue({ usage: 'server', dnsNames: ['db.test'] })).certificate,
  )
  peer = { certificate, chain: [inspectCertificate(certificate)].filter((facts) => facts !== undefined) }
})

const roots = { kind: 'file', source: 'ca.crt', certificates: [] } as const
const offer = { host: 'db.test', port: 5432, roots, verification: 'full' } as unknown as HandshakeRequest

const told = (code: string, message = 'what OpenSSL says') =>
  verificationError(Object.assign(new Error(message), { code }), peer, offer)

describe('every verdict on a certificate is a failed verification, which nothing may follow', () => {
  test.each([
    ['SELF_SIGNED_CERT_IN_CHAIN', undefined, 'TLS_ISSUER'],
    ['CERT_CHAIN_TOO_LONG', undefined, 'TLS_ISSUER'],
    ['UNABLE_TO_DECRYPT_CERT_SIGNATURE', undefined, 'TLS_ISSUER'],
    ['ERROR_IN_CERT_NOT_AFTER_FIELD', undefined, 'TLS_ISSUER'],
    ['UNSPECIFIED', 'EE certificate key too weak', 'TLS_WEAK'],
    ['UNSPECIFIED', 'unsupported name constraint type', 'TLS_ISSUER'],
    ['CERT_HAS_EXPIRED', undefined, 'TLS_EXPIRED'],
    ['CERT_REVOKED', undefined, 'TLS_REVOKED'],
  ] as const)('%s %s → %s', (code, message, check) => {
    const error = told(code, message)
    expect(error).toBeInstanceOf(TlsError)
    expect(error).toMatchObject({ code: check, isVerification: true })
  })

  test('one that has no sentence of its own is quoted, with the fix', () => {
    expect(told('CERT_CHAIN_TOO_LONG', 'certificate chain too long').message).toBe(
      'certificate of db.test:5432 could not be verified: certificate chain too long (CERT_CHAIN_TOO_LONG); give the server a certificate that verifies; do not disable verification: anyone on the network could read the password',
    )
  })

  test.each(['EPROTO', 'ERR_SSL_WRONG_VERSION_NUMBER'])('%s is none', (code) => {
    expect(told(code)).toMatchObject({ code: 'TLS_HANDSHAKE', isVerification: false })
  })
})

test.each(['ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH'])(
  'verificationError: %s in the handshake → a ConnectError with that code, which retry code looks for',
  (code) => {
    const error = told(code)
    expect(error).toBeInstanceOf(ConnectError)
    expect(error).toMatchObject({
      code,
      message: `the connection to db.test:5432 failed in the TLS handshake (${code}): the server or something between ended it; where every attempt ends so, it may not support TLS in this form`,
      cause: { code },
    })
  },
)

test('INVALID_CA: an issuer that is not a CA → its name', async () => {
  const authority = await createAuthority()
  const issuer = new X509Certificate(
    (await authority.issue({ usage: 'server', commonName: 'Some server' })).certificate,
  )
  const chain = [...peer.chain, inspectCertificate(issuer)].filter((facts) => facts !== undefined)
  const failure = Object.assign(new Error('invalid CA certificate'), { code: 'INVALID_CA' })
  expect(verificationError(failure, { ...peer, chain }, offer)).toMatchObject({
    code: 'TLS_USAGE',
    isVerification: true,
    message:
      'certificate of db.test:5432 is issued by "Some server", which is not a CA (basic constraints); have it issued by a CA',
  })
})
