import { X509Certificate } from 'node:crypto'
import { createHierarchy } from '@verifull/test-harness/fixtures'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { addressBytes, addressText } from '../../src/addresses/ip-address.ts'
import { readRevocationList } from '../../src/tls/crl.ts'
import { inspectCertificate } from '../../src/x509/certificate.ts'
import { readElement, readElements } from '../../src/x509/der.ts'
import { checkIdentity } from '../../src/x509/identity.ts'
import { readPem, readPemValue } from '../../src/x509/pem.ts'
import { endpointBinding, signatureAlgorithmOf } from '../../src/x509/signature-algorithm.ts'

/** Bytes of a real certificate with some changed, cut or doubled, so that parsing goes deep. */
function damagedCertificate(der: Buffer): fc.Arbitrary<Buffer> {
  const edit = fc.record({ at: fc.nat(der.length - 1), value: fc.integer({ min: 0, max: 255 }) })
  return fc.tuple(fc.array(edit, { minLength: 1, maxLength: 6 }), fc.nat(der.length)).map(([edits, cut]) => {
    const copy = Buffer.from(der)
    for (const { at, value } of edits) copy[at] = value
    return cut % 4 === 0 ? copy.subarray(0, cut) : copy
  })
}

const bytes = fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array))

function readEverything(raw: Buffer): void {
  inspectCertificate({ raw })
  signatureAlgorithmOf(raw)
  endpointBinding(raw)
  readRevocationList(raw)
  checkIdentity({ raw }, 'db.test')
  checkIdentity({ raw }, '127.0.0.1')
}

describe('never throws', () => {
  test('on random bytes in place of a certificate', () => {
    fc.assert(fc.property(bytes, readEverything), { numRuns: 2000 })
  })

  test('on a damaged certificate', async () => {
    const { servers } = await createHierarchy()
    fc.assert(fc.property(damagedCertificate(servers.good.der), readEverything), { numRuns: 3000 })
  })

  test('on a damaged revocation list', async () => {
    const { crls } = await createHierarchy()
    const [block] = readPem(crls.revoking).blocks
    fc.assert(fc.property(damagedCertificate(block?.der ?? Buffer.alloc(1)), readEverything), { numRuns: 1000 })
  })

  test('on text in place of PEM', () => {
    const pieces = fc.constantFrom(
      '-----BEGIN ',
      '-----END ',
      'CERTIFICATE-----',
      'PRIVATE KEY-----',
      '\\n',
      '\n',
      'MIIB',
      '=',
      ' ',
    )
    const text = fc.array(fc.oneof(pieces, fc.string()), { maxLength: 20 }).map((parts) => parts.join(''))
    fc.assert(
      fc.property(text, (value) => {
        readPemValue(value)
        readPem(value)
      }),
      { numRuns: 2000 },
    )
  })

  test('on text in place of an address', () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.ipV4(), fc.ipV6()), (host) => void addressBytes(host)))
  })
})

test('elements never reach past the bytes they are read from', () => {
  fc.assert(
    fc.property(bytes, (input) => {
      const element = readElement(input)
      if (element) expect(element.whole.length).toBeLessThanOrEqual(input.length)
      const all = readElements(input)
      if (all) expect(Buffer.concat(all.map(({ whole }) => whole))).toEqual(input)
    }),
  )
})

test('a deeply nested or very long element costs no more than its bytes', () => {
  const before = process.cpuUsage()
  expect(readElement(Buffer.from([0x30, 0x84, 0xff, 0xff, 0xff, 0xff]))).toBeUndefined()
  expect(readElement(Buffer.from([0x30, 0x80, 0, 0]))).toBeUndefined()
  expect(readElements(Buffer.alloc(200_000, Buffer.from([0x05, 0x00])))).toHaveLength(100_000)
  readEverything(Buffer.alloc(200_000, 0x30))
  expect(process.cpuUsage(before).user).toBeLessThan(2_000_000)
})

test('every address in its usual notation reads as the bytes that OpenSSL reads', () => {
  fc.assert(
    fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (address) => {
      const text = addressText(addressBytes(address) ?? Buffer.alloc(0))
      expect(addressBytes(text ?? '')).toEqual(addressBytes(address))
    }),
  )
})

test('what is read of a good certificate is what Node reads', async () => {
  const { servers } = await createHierarchy()
  for (const { der } of Object.values(servers)) {
    const certificate = new X509Certificate(der)
    const facts = inspectCertificate(certificate)
    expect(facts?.subject).toBe(certificate.subject.split('\n').join(', '))
    expect(facts?.issuer).toBe(certificate.issuer.split('\n').join(', '))
    expect(facts?.fingerprint256).toBe(certificate.fingerprint256)
    expect(facts?.isCa).toBe(certificate.ca)
    expect(facts?.validFrom).toEqual(new Date(certificate.validFrom))
    expect(facts?.validTo).toEqual(new Date(certificate.validTo))
    expect(facts?.keyType).toBe(certificate.publicKey.asymmetricKeyType)
  }
})
