import type { Authority, CertificateRequest } from './authority.ts'
import type { Issued } from './issued.ts'
import type { AlternativeName } from './subject-alternative-names.ts'
import { daysAway } from './validity.ts'

/** What most rows are about: the names that tests connect to. */
const NAMES = {
  usage: 'server',
  commonName: 'db.test',
  dnsNames: ['db.test', 'localhost'],
  ipAddresses: ['127.0.0.1'],
} as const

const NUL_INSIDE: readonly AlternativeName[] = [{ type: 'dns', raw: Buffer.from('db.test\0.evil.test') }]
const THREE_BYTES: readonly AlternativeName[] = [{ type: 'ip', raw: Buffer.from([127, 0, 1]) }, { dns: 'db.test' }]

/** Certificates of the trusted root, one for each shape of names in the table of libpq's server identity, and weak ones. */
const OF_ROOT = {
  /** DNS:db.test, DNS:localhost, IP:127.0.0.1. */
  good: NAMES,
  /** DNS:db.test, with a common name that must not count. */
  dnsName: { usage: 'server', commonName: 'ignored.test', dnsNames: ['db.test'] },
  /** IP:127.0.0.1 and nothing else. */
  ipAddress: { usage: 'server', ipAddresses: ['127.0.0.1'] },
  /** IP:::1 and nothing else. */
  ipv6Address: { usage: 'server', ipAddresses: ['::1'] },
  /** DNS:*.test, which Node refuses and libpq takes for db.test. */
  wildcardTopLevel: { usage: 'server', dnsNames: ['*.test'] },
  /** DNS:*.db.test. */
  wildcard: { usage: 'server', dnsNames: ['*.db.test'] },
  /** DNS:d*.test, which no rule accepts any more. */
  wildcardPartial: { usage: 'server', dnsNames: ['d*.test'] },
  /** CN=db.test without alternative names. */
  commonName: { usage: 'server', commonName: 'db.test' },
  /** CN=first.test, CN=db.test: only the first counts. */
  commonNameTwice: { usage: 'server', commonName: ['first.test', 'db.test'] },
  /** CN=db.test beside an address: the common name counts, as there is no DNS name. */
  commonNameBesideAddress: { usage: 'server', commonName: 'db.test', ipAddresses: ['192.0.2.1'] },
  /** CN=127.0.0.1 beside a DNS name: it counts for the address, as there is no iPAddress. */
  commonNameAddress: { usage: 'server', commonName: '127.0.0.1', dnsNames: ['other.test'] },
  /** DNS:"127.0.0.1", an address written as a DNS name. */
  dnsNameAddress: { usage: 'server', dnsNames: ['127.0.0.1'] },
  /** Neither common name nor alternative names. */
  nameless: { usage: 'server' },
  /** DNS:other.test: another host's certificate. */
  otherHost: { usage: 'server', commonName: 'other.test', dnsNames: ['other.test'] },
  /** DNS:"db.test\0.evil.test". */
  embeddedNul: { usage: 'server', rawNames: NUL_INSIDE },
  /** iPAddress of three bytes beside a good DNS name. */
  wrongLengthAddress: { usage: 'server', rawNames: THREE_BYTES },
  /** Good names, on the list of revoked certificates. */
  revoked: NAMES,
  expired: { ...NAMES, notBefore: daysAway(-60), notAfter: daysAway(-30) },
  notYetValid: { ...NAMES, notBefore: daysAway(30), notAfter: daysAway(60) },
  /** Expires in ten days: valid, and worth a warning. */
  expiringSoon: { ...NAMES, notAfter: daysAway(10) },
  /** A client's certificate in a server's hands. */
  forClients: { ...NAMES, usage: 'client' },
  /** RSA key of 1024 bits. */
  smallKey: { ...NAMES, keyType: 'rsa1024' },
  rsa: { ...NAMES, keyType: 'rsa2048' },
  /** Signed with SHA-1. */
  sha1: { ...NAMES, signatureHash: 'SHA-1' },
  /** Good names, signed with its own key. */
  selfSigned: { ...NAMES, selfSigned: true },
} as const satisfies Readonly<Record<string, CertificateRequest>>

/** Every shape of server certificate in the standard set. */
export type ServerCertificate = keyof typeof OF_ROOT | 'viaIntermediate' | 'missingIntermediate' | 'wrongAuthority'

/** Issues them all. */
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
