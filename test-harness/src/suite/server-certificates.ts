import type { CertificateRequest } from '../certificates/authority.ts'
import type { ServerCertificate } from '../certificates/server-certificates.ts'
import type { AlternativeName } from '../certificates/subject-alternative-names.ts'

const EMAIL: readonly AlternativeName[] = [{ type: 'email', raw: Buffer.from('dba@db.test') }]

/** Certificates of the suite in addition to the standard set. */
export const FURTHER_CERTIFICATES = {
  dnsUpper: { usage: 'server', dnsNames: ['DB.Test'] },
  dnsTrailingDot: { usage: 'server', dnsNames: ['db.test.'] },
  commonNameUpper: { usage: 'server', commonName: 'DB.TEST' },
  commonNameBesideEmail: { usage: 'server', commonName: 'db.test', rawNames: EMAIL },
  commonNameOnlyAddress: { usage: 'server', commonName: '127.0.0.1' },
  commonNameAddressBesideAddress: { usage: 'server', commonName: '127.0.0.1', ipAddresses: ['192.0.2.1'] },
  commonNameWildcard: { usage: 'server', commonName: '*.db.test' },
  wildcardBare: { usage: 'server', dnsNames: ['*'] },
  wildcardMiddle: { usage: 'server', dnsNames: ['a.*.test'] },
} as const satisfies Readonly<Record<string, CertificateRequest>>

/** Names of the certificates that a server of the suite may present. */
export type ShownCertificate = ServerCertificate | keyof typeof FURTHER_CERTIFICATES | 'pinned'

/** Titles of the certificates. */
export const CERTIFICATE_TITLES: Readonly<Record<ShownCertificate, string>> = {
  good: 'for db.test, localhost and 127.0.0.1',
  otherHost: 'for other.test',
  dnsName: 'DNS:db.test, CN=ignored.test',
  dnsUpper: 'DNS:DB.Test',
  dnsTrailingDot: 'DNS:db.test. (with the dot)',
  dnsNameAddress: 'DNS:127.0.0.1',
  embeddedNul: 'DNS:db.test NUL .evil.test',
  ipAddress: 'IP:127.0.0.1',
  ipv6Address: 'IP:::1',
  wrongLengthAddress: 'an address of three bytes, DNS:db.test',
  commonName: 'CN=db.test',
  commonNameUpper: 'CN=DB.TEST',
  commonNameTwice: 'CN=first.test, CN=db.test',
  commonNameBesideAddress: 'CN=db.test, IP:192.0.2.1',
  commonNameBesideEmail: 'CN=db.test, email:dba@db.test',
  commonNameOnlyAddress: 'CN=127.0.0.1',
  commonNameAddress: 'CN=127.0.0.1, DNS:other.test',
  commonNameAddressBesideAddress: 'CN=127.0.0.1, IP:192.0.2.1',
  commonNameWildcard: 'CN=*.db.test',
  wildcard: 'DNS:*.db.test',
  wildcardTopLevel: 'DNS:*.test',
  wildcardPartial: 'DNS:d*.test',
  wildcardBare: 'DNS:*',
  wildcardMiddle: 'DNS:a.*.test',
  nameless: 'without any name',
  expired: 'that has expired',
  notYetValid: 'that is not valid yet',
  expiringSoon: 'that expires in ten days',
  selfSigned: 'signed with its own key',
  pinned: 'signed with its own key, as openssl req -x509 makes it',
  viaIntermediate: 'with its intermediate',
  missingIntermediate: 'without its intermediate',
  wrongAuthority: 'of another authority',
  forClients: 'meant for clients',
  smallKey: 'with an RSA key of 1024 bits',
  rsa: 'with an RSA key of 2048 bits',
  sha1: 'signed with SHA-1',
  revoked: 'that is revoked',
}
