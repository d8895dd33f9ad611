import { createHash } from 'node:crypto'
import { createAuthority, type KeyType, type SignatureHash } from '@verifull/test-harness/fixtures'
import { expect, test } from 'vitest'
import { endpointBinding, signatureAlgorithmOf } from '../../src/x509/signature-algorithm.ts'

async function certificate(keyType: KeyType, signatureHash: SignatureHash, pss = false): Promise<Buffer> {
  const authority = await createAuthority({ keyType })
  return (await authority.issue({ usage: 'server', dnsNames: ['db.test'], signatureHash, pss })).der
}

test.each([
  ['ec', 'SHA-1', false, 'ECDSA-SHA1', 'sha256'],
  ['ec', 'SHA-256', false, 'ECDSA-SHA256', 'sha256'],
  ['ec384', 'SHA-384', false, 'ECDSA-SHA384', 'sha384'],
  ['ec', 'SHA-512', false, 'ECDSA-SHA512', 'sha512'],
  ['rsa2048', 'SHA-1', false, 'RSA-SHA1', 'sha256'],
  ['rsa2048', 'SHA-256', false, 'RSA-SHA256', 'sha256'],
  ['rsa2048', 'SHA-384', false, 'RSA-SHA384', 'sha384'],
  ['rsa2048', 'SHA-512', false, 'RSA-SHA512', 'sha512'],
  ['rsa2048', 'SHA-256', true, 'RSA-PSS-SHA256', 'sha256'],
  ['rsa2048', 'SHA-384', true, 'RSA-PSS-SHA384', 'sha384'],
  ['rsa2048', 'SHA-1', true, 'RSA-PSS-SHA1', 'sha256'],
] as const)('a signature of %s with %s (PSS %s) is %s, and the binding is made with %s', async (...row) => {
  const [keyType, signatureHash, pss, name, hash] = row
  const der = await certificate(keyType, signatureHash, pss)
  expect(signatureAlgorithmOf(der)?.name).toBe(name)
  expect(endpointBinding(der)).toEqual(createHash(hash).update(der).digest())
})

test('signature algorithm: MD5 → bound with SHA-256', async () => {
  const der = withOid(await certificate('rsa2048', 'SHA-256'), '2a864886f70d01010b', '2a864886f70d010104')
  expect(signatureAlgorithmOf(der)).toEqual({ name: 'RSA-MD5', hash: 'md5' })
  expect(endpointBinding(der)).toEqual(createHash('sha256').update(der).digest())
})

test('signature algorithm: Ed25519 → no hash for binding', async () => {
  const der = withOid(await certificate('ec', 'SHA-256'), '2a8648ce3d040302', '2b6570', true)
  expect(signatureAlgorithmOf(der)).toEqual({ name: 'Ed25519', hash: undefined })
  expect(endpointBinding(der)).toBeUndefined()
})

test('signature algorithm: unknown → neither name nor binding', async () => {
  const der = withOid(await certificate('ec', 'SHA-256'), '2a8648ce3d040302', '2a8648ce3d04037f')
  expect(signatureAlgorithmOf(der)).toEqual({ name: '2a8648ce3d04037f', hash: undefined })
  expect(endpointBinding(der)).toBeUndefined()
})

test('signature algorithm: bytes that are no certificate → none', () => {
  expect(signatureAlgorithmOf(Buffer.from('hello'))).toBeUndefined()
  expect(endpointBinding(Buffer.alloc(0))).toBeUndefined()
})

/** Certificates that no library signs any more: a valid one with the identifier of another algorithm. */
function withOid(der: Buffer, from: string, to: string, shorter = false): Buffer {
  const identifier = (oid: string) => Buffer.from(`06${(oid.length / 2).toString(16).padStart(2, '0')}${oid}`, 'hex')
  const padding = shorter
    ? Buffer.concat([
        Buffer.from([0x04, (from.length - to.length) / 2 - 2]),
        Buffer.alloc((from.length - to.length) / 2 - 2),
      ])
    : Buffer.alloc(0)
  const replacement = Buffer.concat([identifier(to), padding])
  return Buffer.from(
    der.toString('hex').replaceAll(identifier(from).toString('hex'), replacement.toString('hex')),
    'hex',
  )
}
