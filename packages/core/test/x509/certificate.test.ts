import { createAuthority, createHierarchy } from '@verifull/test-harness/fixtures'
import { describe, expect, test } from 'vitest'
import { type CertificateFacts, daysLeft, inspectCertificate, isExpiring } from '../../src/x509/certificate.ts'
import { certificateFlaws, rootFlaws } from '../../src/x509/certificate-flaws.ts'

const { root, servers } = await createHierarchy()
const now = new Date()
const day = (count: number) => new Date(now.getTime() + count * 86_400_000)
const dateOf = (date: Date) => date.toISOString().slice(0, 10)

function inspected(der: Buffer): CertificateFacts {
  const facts = inspectCertificate({ raw: der })
  if (!facts) throw new TypeError('not a certificate')
  return facts
}

const of = (certificate: Partial<CertificateFacts>): CertificateFacts => ({
  ...inspected(servers.good.der),
  ...certificate,
})
const kinds = (facts: CertificateFacts) => certificateFlaws(facts, now).map(({ kind }) => kind)

test('certificate: facts → as issued', async () => {
  const { der } = await root.issue({
    usage: 'server',
    commonName: 'db.test',
    dnsNames: ['db.test'],
    ipAddresses: ['::1'],
    keyType: 'rsa2048',
  })
  const facts = inspected(der)
  expect(facts).toMatchObject({
    subject: 'O=Verifull, CN=db.test',
    issuer: 'O=Verifull, CN=Verifull test root',
    keyType: 'rsa',
    keyBits: 2048,
    signatureAlgorithm: 'ECDSA-SHA256',
    isCa: false,
    selfSigned: false,
    dnsNames: ['db.test'],
    ipAddresses: ['::1'],
  })
  expect(daysLeft(facts, now)).toBeGreaterThanOrEqual(364)
})

test.each([
  ['ec', 'ec', 256],
  ['ec384', 'ec', 384],
  ['rsa1024', 'rsa', 1024],
  ['ed25519', 'ed25519', 256],
] as const)('a key of kind %s is %s with %i bits', async (keyType, kind, bits) => {
  const { der } = await root.issue({ usage: 'server', keyType })
  expect(inspected(der)).toMatchObject({ keyType: kind, keyBits: bits })
})

describe('certificate findings', () => {
  test('a good certificate → none', () => {
    expect(certificateFlaws(inspected(servers.good.der), now)).toEqual([])
  })

  test('an expired certificate → a finding', () => {
    expect(certificateFlaws(inspected(servers.expired.der), now, 'certificate of sslcert (from X)')).toEqual([
      { kind: 'expired', what: `certificate of sslcert (from X) (expired on ${dateOf(day(-30))})` },
    ])
  })

  test('a certificate that is not valid yet → a finding', () => {
    expect(certificateFlaws(inspected(servers.notYetValid.der), now)).toEqual([
      { kind: 'not-yet-valid', what: `certificate "O=Verifull, CN=db.test" (not valid before ${dateOf(day(30))})` },
    ])
  })

  test('less than 30 days left → a finding; more → none', () => {
    expect(certificateFlaws(of({ validTo: day(10.5) }), now)).toEqual([
      {
        kind: 'expiring',
        what: `certificate "O=Verifull, CN=db.test" (expires in 10 days, on ${dateOf(day(10.5))})`,
      },
    ])
    expect(kinds(of({ validTo: day(29.9) }))).toEqual(['expiring'])
    expect(kinds(of({ validTo: day(30.1) }))).toEqual([])
  })

  test('a small RSA key → a finding; a large one → none', () => {
    expect(certificateFlaws(inspected(servers.smallKey.der), now)).toEqual([
      { kind: 'weak-key', what: 'certificate "O=Verifull, CN=db.test" (RSA key of 1024 bits)' },
    ])
    expect(kinds(inspected(servers.rsa.der))).toEqual([])
  })

  test('a weak signature → a finding, except of a root, whose signature proves nothing', () => {
    expect(certificateFlaws(inspected(servers.sha1.der), now)).toEqual([
      { kind: 'weak-signature', what: 'certificate "O=Verifull, CN=db.test" (signed with ECDSA-SHA1)' },
    ])
    expect(kinds(of({ signatureAlgorithm: 'RSA-MD5' }))).toEqual(['weak-signature'])
    expect(kinds(of({ signatureAlgorithm: 'RSA-SHA1', selfSigned: true }))).toEqual([])
  })

  test('a leaf among the roots → a finding', () => {
    const facts = [inspected(servers.good.der), inspected(servers.selfSigned.der)]
    expect(rootFlaws(facts, now, 'sslrootcert (from X)')).toEqual([
      {
        kind: 'leaf-as-root',
        what: 'root certificate "O=Verifull, CN=db.test" of sslrootcert (from X) (no CA: no certificate chains to it)',
      },
      {
        kind: 'leaf-as-root',
        what: 'root certificate "O=Verifull, CN=db.test" of sslrootcert (from X) (a server certificate that signs itself)',
      },
    ])
  })

  test('an expired root beside a valid one, as in a rotation → a warning; alone → another finding', async () => {
    const old = await createAuthority({ name: 'old', notBefore: day(-60), notAfter: day(-30) })
    const facts = [old, root].map(({ certificate }) =>
      inspected(Buffer.from(certificate.replace(/-----.*-----/g, ''), 'base64')),
    )
    expect(rootFlaws(facts, now, 'sslrootcert (from X)')).toEqual([
      {
        kind: 'expiring',
        what: `root certificate "O=Verifull, CN=old" of sslrootcert (from X) (expired on ${dateOf(day(-30))})`,
      },
    ])
    expect(rootFlaws(facts.slice(0, 1), now, 'sslrootcert (from X)').map(({ kind }) => kind)).toEqual(['expired'])
  })

  describe('certificate findings: a root that is not valid yet', async () => {
    const next = await createAuthority({ name: 'next', notBefore: day(30), notAfter: day(60) })
    const old = await createAuthority({ name: 'old', notBefore: day(-60), notAfter: day(-30) })
    const [future, past, good] = [next, old, root].map(({ certificate }) =>
      inspected(Buffer.from(certificate.replace(/-----.*-----/g, ''), 'base64')),
    )
    const leaf = inspected(servers.good.der)
    const kindsOf = (...roots: (typeof future)[]) =>
      rootFlaws(
        roots.filter((one) => one !== undefined),
        now,
        'sslrootcert (from X)',
      ).map(({ kind }) => kind)

    test('beside a valid one, in any order and number → no finding', () => {
      expect(kindsOf(future, good)).toEqual([])
      expect(kindsOf(good, future, future)).toEqual([])
      expect(kindsOf(past, good, future)).toEqual(['expiring'])
    })

    test('alone, or beside none that is valid → a finding', () => {
      expect(kindsOf(future)).toEqual(['not-yet-valid'])
      expect(kindsOf(future, past)).toEqual(['not-yet-valid', 'expired'])
      expect(kindsOf(future, leaf)).toEqual(['not-yet-valid', 'leaf-as-root'])
    })
  })
})

describe('isExpiring', () => {
  test.each([
    [365, 31, false],
    [365, 30, true],
    [365, -1, true],
    [90, 30, true],
    [60, 21, false],
    [60, 20, true],
    [7, 1, false],
    [7, 0.5, true],
    [7, -1, true],
  ])('a life of %d days, %d left → %s', (life, left, expected) => {
    const [now, day] = [Date.now(), 86_400_000]
    const validity = { validFrom: new Date(now + (left - life) * day), validTo: new Date(now + left * day) }
    expect(isExpiring(validity, new Date(now))).toBe(expected)
  })
})
