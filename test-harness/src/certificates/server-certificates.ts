import type { Authority, CertificateRequest } from './authority.ts'
import type { Issued } from './issued.ts'
import type { AlternativeName } from './subject-alternative-names.ts'
import { daysAway } from './validity.ts'

/** The names of most certificates: those that tests connect to. */
const NAMES = {
  usage: 'server',
  commonName: 'db.test',
  dnsNames: ['db.test', 'localhost'],
  ipAddresses: ['127.0.0.1'],
} as const

const NUL_INSIDE: readonly AlternativeName[] = [{ type: 'dns', raw: Buffer.from('db.test\0.evil.test') }]
const THREE_BYTES: readonly AlternativeName[] = [{ type: 'ip', raw: Buffer.from([127, 0, 1]) }, { dns: 'db.test' }]

/** Certificates of the trusted root: one per shape of names in libpq's rules on server identity, and weak ones. */
const OF_ROOT = {
  /** DNS:db.test, DNS:localhost, IP:127.0.0.1. */
  good: NAMES,
  /** DNS:db.test, with a common name that must be ignored. */
  dnsName: { usage: 'server', commonName: 'ignored.test', dnsNames: ['db.test'] },
  /** IP:127.0.0.1 alone. */
  ipAddress: { usage: 'server', ipAddresses: ['127.0.0.1'] },
  /** IP:::1 alone. */
  ipv6Address: { usage: 'server', ipAddresses: ['::1'] },
  /** DNS:*.test, which libpq matches with db.test and Node does not. */
  wildcardTopLevel: { usage: 'server', dnsNames: ['*.test'] },
  /** DNS:*.db.test. */
  wildcard: { usage: 'server', dnsNames: ['*.db.test'] },
  /** DNS:d*.test, a partial wildcard, which no current rule accepts. */
  wildcardPartial: { usage: 'server', dnsNames: ['d*.test'] },
  /** CN=db.test without alternative names. */
  commonName: { usage: 'server', commonName: 'db.test' },
  /** CN=first.test, CN=db.test: libpq considers the first alone. */
  commonNameTwice: { usage: 'server', commonName: ['first.test', 'db.test'] },
  /** CN=db.test beside an iPAddress: the common name counts, as there is no dNSName. */
  commonNameBesideAddress: { usage: 'server', commonName: 'db.test', ipAddresses: ['192.0.2.1'] },
  /** CN=127.0.0.1 beside a dNSName: the common name counts for the address, as there is no iPAddress. */
  commonNameAddress: { usage: 'server', commonName: '127.0.0.1', dnsNames: ['other.test'] },
  /** DNS:"127.0.0.1", an address as a dNSName. */
  dnsNameAddress: { usage: 'server', dnsNames: ['127.0.0.1'] },
  /** Neither common name nor alternative names. */
  nameless: { usage: 'server' },
  /** DNS:other.test: another host's certificate. */
  otherHost: { usage: 'server', commonName: 'other.test', dnsNames: ['other.test'] },
  /** DNS:"db.test\0.evil.test". */
  embeddedNul: { usage: 'server', rawNames: NUL_INSIDE },
  /** iPAddress of three bytes beside a good DNS name. */
  wrongLengthAddress: { usage: 'server', rawNames: THREE_BYTES },
  /** Good names; revoked by the lists in `revoking`. */
  revoked: NAMES,
  expired: { ...NAMES, notBefore: daysAway(-60), notAfter: daysAway(-30) },
  notYetValid: { ...NAMES, notBefore: daysAway(30), notAfter: daysAway(60) },
  /** Expires in ten days: valid, and worth a warning. */
  expiringSoon: { ...NAMES, notAfter: daysAway(10) },
  /** Extended key usage clientAuth, presented by a server. */
  forClients: { ...NAMES, usage: 'client' },
  /** RSA key of 1024 bits. */
  smallKey: { ...NAMES, keyType: 'rsa1024' },
  rsa: { ...NAMES, keyType: 'rsa2048' },
  /** Signed with SHA-1. */
  sha1: { ...NAMES, signatureHash: 'SHA-1' },
  /** Good names, self-signed. */
  selfSigned: { ...NAMES, selfSigned: true },
} as const satisfies Readonly<Record<string, CertificateRequest>>

/** Names of the server certificates in the standard set. */
export type ServerCertificate = keyof typeof OF_ROOT | 'viaIntermediate' | 'missingIntermediate' | 'wrongAuthority'

/** Issues all of them. */
export async function serverCertificates(
  root: Authority,
  intermediate: Authority,
  otherRoot: Authority,
): Promise<Record<ServerCertificate, Issued>> {
  const names = Object.keys(OF_ROOT) as (keyof typeof OF_ROOT)[]
  const [issued, viaIntermediate, wrongAuthority] = await Promise.all([
    Promise.all(names.map(async (name) => [name, await root.issue(OF_ROOT[name])] as const)),
    intermediate.issue(NAMES),
    otherRoot.issue(NAMES),
  ])
  return {
    ...(Object.fromEntries(issued) as Record<keyof typeof OF_ROOT, Issued>),
    viaIntermediate,
    missingIntermediate: { ...viaIntermediate, chain: viaIntermediate.certificate },
    wrongAuthority,
  }
}
