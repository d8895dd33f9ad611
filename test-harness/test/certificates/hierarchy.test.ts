import { createPrivateKey, X509Certificate } from 'node:crypto'
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createAuthority } from '../../src/certificates/authority.ts'
import { createBundle } from '../../src/certificates/bundle.ts'
import { CERTIFICATE_USER, createHierarchy } from '../../src/certificates/hierarchy.ts'

const read = (pem: string) => new X509Certificate(pem)

test('createHierarchy: second call → the same set', async () => {
  expect(await createHierarchy()).toBe(await createHierarchy())
})

test('server certificates: each → the properties of its name', async () => {
  const { servers } = await createHierarchy()
  const names = Object.entries(servers).map(([name, { certificate }]) => {
    const { subject, subjectAltName } = read(certificate)
    return [name, subject.replace('O=Verifull', '').trim().replace('\n', ' '), subjectAltName]
  })
  const good = 'DNS:db.test, DNS:localhost, IP Address:127.0.0.1'
  expect(names).toEqual([
    ['good', 'CN=db.test', good],
    ['dnsName', 'CN=ignored.test', 'DNS:db.test'],
    ['ipAddress', '', 'IP Address:127.0.0.1'],
    ['ipv6Address', '', 'IP Address:0:0:0:0:0:0:0:1'],
    ['wildcardTopLevel', '', 'DNS:*.test'],
    ['wildcard', '', 'DNS:*.db.test'],
    ['wildcardPartial', '', 'DNS:d*.test'],
    ['commonName', 'CN=db.test', undefined],
    ['commonNameTwice', 'CN=first.test CN=db.test', undefined],
    ['commonNameBesideAddress', 'CN=db.test', 'IP Address:192.0.2.1'],
    ['commonNameAddress', 'CN=127.0.0.1', 'DNS:other.test'],
    ['dnsNameAddress', '', 'DNS:127.0.0.1'],
    ['nameless', '', undefined],
    ['otherHost', 'CN=other.test', 'DNS:other.test'],
    ['embeddedNul', '', 'DNS:"db.test\\u0000.evil.test"'],
    ['wrongLengthAddress', '', 'IP Address:<invalid length=3>, DNS:db.test'],
    ['revoked', 'CN=db.test', good],
    ['expired', 'CN=db.test', good],
    ['notYetValid', 'CN=db.test', good],
    ['expiringSoon', 'CN=db.test', good],
    ['forClients', 'CN=db.test', good],
    ['smallKey', 'CN=db.test', good],
    ['rsa', 'CN=db.test', good],
    ['sha1', 'CN=db.test', good],
    ['selfSigned', 'CN=db.test', good],
    ['viaIntermediate', 'CN=db.test', good],
    ['missingIntermediate', 'CN=db.test', good],
    ['wrongAuthority', 'CN=db.test', good],
  ])
})

test('certificates: verification → with their issuer alone', async () => {
  const { root, intermediate, otherRoot, servers, clients } = await createHierarchy()
  const signedBy = (pem: string, issuer: string) => read(pem).verify(read(issuer).publicKey)
  expect(signedBy(root.certificate, root.certificate)).toBe(true)
  expect(signedBy(intermediate.certificate, root.certificate)).toBe(true)
  expect(signedBy(servers.good.certificate, root.certificate)).toBe(true)
  expect(signedBy(servers.viaIntermediate.certificate, intermediate.certificate)).toBe(true)
  expect(signedBy(servers.viaIntermediate.certificate, root.certificate)).toBe(false)
  expect(signedBy(servers.wrongAuthority.certificate, root.certificate)).toBe(false)
  expect(signedBy(clients.wrongAuthority.certificate, otherRoot.certificate)).toBe(true)
  expect(read(servers.selfSigned.certificate).verify(read(servers.selfSigned.certificate).publicKey)).toBe(true)
  expect(read(root.certificate).ca).toBe(true)
  expect(read(servers.good.certificate).ca).toBe(false)
})

test('chain: an intermediate issuer → included, except in missingIntermediate', async () => {
  const { intermediate, servers, clients } = await createHierarchy()
  expect(servers.viaIntermediate.chain).toBe(servers.viaIntermediate.certificate + intermediate.certificate)
  expect(clients.viaIntermediate.chain).toBe(clients.viaIntermediate.certificate + intermediate.certificate)
  expect(servers.missingIntermediate.chain).toBe(servers.viaIntermediate.certificate)
  expect(servers.good.chain).toBe(servers.good.certificate)
})

test('client certificates: common name → the user of the cert line', async () => {
  const { clients } = await createHierarchy()
  for (const { certificate } of Object.values(clients)) {
    expect(read(certificate).subject).toBe(`O=Verifull\nCN=${CERTIFICATE_USER}`)
  }
})

test('keys: every type → the key of the certificate', async () => {
  const root = await createAuthority()
  for (const keyType of ['ec', 'ec384', 'rsa1024', 'rsa2048', 'ed25519'] as const) {
    const { certificate, key } = await root.issue({ usage: 'server', dnsNames: ['db.test'], keyType })
    expect(read(certificate).checkPrivateKey(createPrivateKey(key))).toBe(true)
  }
})

test('createBundle: a size → so many certificates, the root among them', async () => {
  const { root } = await createHierarchy()
  const bundle = await createBundle(root, { size: 5 })
  expect(bundle.match(/BEGIN CERTIFICATE/g)).toHaveLength(5)
  expect(bundle).toContain(root.certificate)
})

test('writeTo, writeIssued: files → mode 0600', async () => {
  const hierarchy = await createHierarchy()
  const folder = await mkdtemp(join(tmpdir(), 'verifull-certificates-'))
  try {
    await hierarchy.writeTo(folder)
    expect((await stat(join(folder, 'servers', 'good.key'))).mode & 0o777).toBe(0o600)
    expect(await readFile(join(folder, 'servers', 'viaIntermediate.crt'), 'utf8')).toBe(
      hierarchy.servers.viaIntermediate.chain,
    )
    expect(await readFile(join(folder, 'root.crt'), 'utf8')).toBe(hierarchy.root.certificate)
  } finally {
    await rm(folder, { recursive: true })
  }
})
