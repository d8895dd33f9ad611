import { X509Certificate } from 'node:crypto'
import { createHierarchy, type ServerCertificate } from '@verifull/test-harness/fixtures'
import { describe, expect, test } from 'vitest'
import { checkIdentity } from '../../src/x509/identity.ts'

type Shape = Extract<
  ServerCertificate,
  | 'good'
  | 'dnsName'
  | 'ipAddress'
  | 'ipv6Address'
  | 'wildcardTopLevel'
  | 'wildcard'
  | 'wildcardPartial'
  | 'commonName'
  | 'commonNameTwice'
  | 'commonNameBesideAddress'
  | 'commonNameAddress'
  | 'dnsNameAddress'
  | 'nameless'
  | 'embeddedNul'
  | 'wrongLengthAddress'
>

/** Host → undefined if libpq accepts it, else libpq's message. */
type Row = Readonly<Record<string, string | undefined>>

const notFor = (names: string) => (host: string) => `server certificate for ${names} does not match host name "${host}"`
const otherThan = (names: string, ...hosts: string[]): Row =>
  Object.fromEntries(hosts.map((host) => [host, notFor(names)(host)]))
const accepted = (...hosts: string[]): Row => Object.fromEntries(hosts.map((host) => [host, undefined]))

const NUL = "SSL certificate's name contains embedded null"

const TABLE: Readonly<Record<Shape, Row>> = {
  good: {
    ...accepted('db.test', 'DB.Test', 'localhost', '127.0.0.1', '127.1', '2130706433', '0x7f.1', '0177.0.0.01'),
    ...otherThan('"db.test" (and 2 other names)', 'other.test', '127.0.0.2', '::1', '::ffff:127.0.0.1', '127.0.0.1.'),
  },
  dnsName: {
    ...accepted('db.test', 'DB.TEST'),
    ...otherThan('"db.test"', 'db.test.', 'ignored.test', 'a.db.test', 'test', 'db.test:5432'),
    // A common name counts for an address if there is no iPAddress.
    ...otherThan('"db.test" (and 1 other name)', '127.0.0.1'),
  },
  ipAddress: {
    ...accepted('127.0.0.1', '127.1', '127.0.1', '2130706433', '0x7f000001', '0177.1'),
    ...otherThan('"127.0.0.1"', '127.0.0.2', 'localhost', 'db.test', '127.0.0.1.', '0x7f', '256', '::1', '127.0.0.08'),
  },
  ipv6Address: {
    ...accepted('::1', '0:0:0:0:0:0:0:1', '0000::0001', '::0.0.0.1'),
    ...otherThan('"::1"', '::2', '127.0.0.1', '::1%lo', 'localhost'),
  },
  wildcardTopLevel: {
    ...accepted('db.test', 'DB.TEST', 'x.TEST'),
    ...otherThan('"*.test"', 'a.db.test', 'test', '.test', 'db.test.'),
  },
  wildcard: {
    ...accepted('a.db.test', 'A.DB.TEST'),
    ...otherThan('"*.db.test"', 'a.b.db.test', 'db.test', '.db.test', 'a..db.test', 'adb.test'),
  },
  wildcardPartial: otherThan('"d*.test"', 'db.test', 'd.test'),
  commonName: {
    ...accepted('db.test', 'DB.test'),
    ...otherThan('"db.test"', 'other.test', '127.0.0.1', 'db.test.'),
  },
  commonNameTwice: { ...accepted('first.test'), ...otherThan('"first.test"', 'db.test') },
  commonNameBesideAddress: {
    ...accepted('db.test', '192.0.2.1', '192.000.002.001'),
    ...otherThan('"192.0.2.1" (and 1 other name)', 'other.test'),
    ...otherThan('"192.0.2.1"', '127.0.0.1'),
  },
  commonNameAddress: {
    ...accepted('127.0.0.1', 'other.test'),
    // It is compared as text, so other notations of the address do not match.
    ...otherThan('"other.test" (and 1 other name)', '127.1', '127.0.0.2'),
    ...otherThan('"other.test"', 'db.test'),
  },
  dnsNameAddress: { ...accepted('127.0.0.1'), ...otherThan('"127.0.0.1"', '127.1', 'localhost') },
  nameless: Object.fromEntries(
    ['db.test', '127.0.0.1', '::1'].map((host) => [host, "could not get server's host name from server certificate"]),
  ),
  embeddedNul: { 'db.test': NUL, 'db.test.evil.test': NUL, '127.0.0.1': NUL },
  wrongLengthAddress: {
    'db.test': 'certificate contains IP address with invalid length 3',
    '127.0.0.1': 'certificate contains IP address with invalid length 3',
  },
}

describe.each(Object.entries(TABLE))('certificate %s', (shape, row) => {
  test.each(Object.entries(row))('host %s → %s', async (host, message) => {
    const { servers } = await createHierarchy()
    const certificate = new X509Certificate(servers[shape as Shape].der)
    expect(checkIdentity(certificate, host)?.message).toBe(message)
  })
})

test('identity: mismatch → lists the compared names', async () => {
  const { servers } = await createHierarchy()
  expect(checkIdentity({ raw: servers.good.der }, 'other.test')).toEqual({
    reason: 'other',
    message: 'server certificate for "db.test" (and 2 other names) does not match host name "other.test"',
    names: ['db.test', 'localhost', '127.0.0.1'],
  })
})

test('identity: a match before an invalid name → accepted, as in libpq', async () => {
  const { root } = await createHierarchy()
  const nul = { type: 'dns', raw: Buffer.from('a\0b') } as const
  const { der } = await root.issue({ usage: 'server', dnsNames: ['db.test'], rawNames: [nul] })
  expect(checkIdentity({ raw: der }, 'db.test')).toBeUndefined()
  expect(checkIdentity({ raw: der }, 'other.test')?.message).toBe(NUL)
})

test('identity: a wildcard for a part of an address → no match', async () => {
  const { root } = await createHierarchy()
  const { der } = await root.issue({ usage: 'server', dnsNames: ['*.0.0.1'] })
  expect(checkIdentity({ raw: der }, '127.0.0.1')?.message).toBe(notFor('"*.0.0.1"')('127.0.0.1'))
})

test('identity: control characters in a name → escaped', async () => {
  const { root } = await createHierarchy()
  const { der } = await root.issue({ usage: 'server', rawNames: [{ type: 'dns', raw: Buffer.from('a\x1b[2Jb') }] })
  expect(checkIdentity({ raw: der }, 'db.test')?.message).toBe(notFor('"a\\x1b[2Jb"')('db.test'))
})

test('identity: a malformed subjectAltName → refused, not taken for absent', async () => {
  const { root } = await createHierarchy()
  const { der } = await root.issue({ usage: 'server', commonName: 'db.test', dnsNames: ['other.test'] })
  const damaged = Buffer.from(der)
  const at = damaged.indexOf(Buffer.from('other.test'))
  damaged[at - 1] = 0x7f // the length of the name, now beyond the end of the extension
  expect(checkIdentity({ raw: damaged }, 'db.test')).toEqual({
    reason: 'malformed',
    message: "could not read the names in the server's certificate",
    names: [],
  })
})

test('identity: no host → refused', async () => {
  const { servers } = await createHierarchy()
  expect(checkIdentity({ raw: servers.good.der }, '')?.message).toBe(
    'host name must be specified for a verified SSL connection',
  )
})
