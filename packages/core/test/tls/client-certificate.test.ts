import { chmodSync } from 'node:fs'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { createAuthority, createHierarchy, derKey, encryptedKey, traditionalKey } from '@verifull/test-harness/fixtures'
import { describe, expect, test } from 'vitest'
import { Secret } from '../../src/text/secret.ts'
import { damaged } from './damaged.ts'
import { Folder, load, problemsOf } from './fixture.ts'

const { root, clients } = await createHierarchy()
const folder = new Folder()
const { certificate, chain, key } = clients.viaIntermediate
const rsa = await root.issue({ usage: 'client', commonName: 'certificate_user', keyType: 'rsa2048' })
const sslcert = folder.write('client.crt', chain)
const sslkey = folder.write('client.key', key)
const clientOf = (given: Parameters<typeof load>[0]) => load(given).current().clientCertificate
const SUBJECT = 'O=Verifull, CN=certificate_user'

describe('client certificate: source', () => {
  test('two files → read, with the chain', () => {
    expect(clientOf({ sslcert, sslkey })).toMatchObject({
      source: sslcert,
      certificate: { subject: SUBJECT },
      intermediates: [{ subject: 'O=Verifull, CN=Verifull test intermediate' }],
    })
  })

  test('PEM text → read', () => {
    const secretKey = { value: new Secret(key.replaceAll('\n', '\\n')), source: 'DB_SSL_KEY' }
    expect(clientOf({ sslcert: certificate, sslkey: secretKey })).toMatchObject({ source: 'PGSSLCERT' })
  })

  test('none given, the files exist in ~/.postgresql → used', () => {
    const path = folder.write('home/.postgresql/postgresql.crt', chain)
    folder.write('home/.postgresql/postgresql.key', key)
    const homeDirectory = join(folder.path, 'home')
    expect(clientOf({ homeDirectory })).toMatchObject({ source: path })
    expect(clientOf({ homeDirectory, sslcert, sslkey })).toMatchObject({ source: sslcert })
    expect(clientOf({ homeDirectory, sslcertmode: 'disable' })).toBeUndefined()
  })

  test('none given, no files → none', () => {
    expect(clientOf({ homeDirectory: join(folder.path, 'nobody') })).toBeUndefined()
    expect(clientOf({ sslcert: '', sslkey: '' })).toBeUndefined()
  })

  test('sslcertmode=disable → none, and no file is read', () => {
    expect(
      clientOf({ sslcert: '/nowhere/client.crt', sslkey: '/nowhere/client.key', sslcertmode: 'disable' }),
    ).toBeUndefined()
  })
})

describe('private key: accepted', () => {
  const sslpassword = 'opensesame'

  test.each([
    ['PKCS#8', rsa.key, false],
    ['PKCS#1', traditionalKey(rsa.key), false],
    ['encrypted PKCS#8', encryptedKey(rsa.key, sslpassword), true],
    ['encrypted in the form before PKCS#8', encryptedKey(rsa.key, sslpassword, 'traditional'), true],
    ['that form on one line', encryptedKey(rsa.key, sslpassword, 'traditional').replaceAll('\n', ' '), true],
    ['DER', derKey(rsa.key), false],
    ['encrypted DER', derKey(rsa.key, sslpassword), true],
  ])('as %s', (form, content, encrypted) => {
    const given = { sslcert: rsa.certificate, sslkey: folder.write(`${form.slice(0, 12)}.key`, content) }
    expect(clientOf({ ...given, sslpassword })).toMatchObject({ certificate: { keyType: 'rsa' } })
    expect(problemsOf(given)).toEqual(
      encrypted
        ? [`sslkey "${given.sslkey}" (from PGSSLKEY) is encrypted and no sslpassword was given; set sslpassword`]
        : [],
    )
    expect(problemsOf({ ...given, sslpassword: 'wrong' })).toEqual(
      encrypted
        ? [
            `sslkey "${given.sslkey}" (from PGSSLKEY) cannot be decrypted with sslpassword (from PGSSLPASSWORD); give the right passphrase`,
          ]
        : [],
    )
  })

  test.each([
    ['SEC 1', traditionalKey(key)],
    ['Ed25519', undefined],
  ])('of kind %s', async (_, content) => {
    const ed25519 = await root.issue({ usage: 'client', keyType: 'ed25519' })
    const given = content
      ? { sslcert: certificate, sslkey: content }
      : { sslcert: ed25519.certificate, sslkey: ed25519.key }
    expect(problemsOf(given)).toEqual([])
  })
})

describe('client certificate: refused if', () => {
  const named = (path: string, name = 'sslkey') => `${name} "${path}" (from PG${name.toUpperCase()})`

  test('its file is missing, which libpq ignores', () => {
    expect(problemsOf({ sslcert: '/nowhere/client.crt', sslkey })).toEqual([
      `${named('/nowhere/client.crt', 'sslcert')} looks like a file path, and there is no such file; give the path of a PEM file or the PEM text itself`,
    ])
  })

  test('its key is missing', () => {
    expect(problemsOf({ sslcert })).toEqual([
      `${named(sslcert, 'sslcert')} has no private key: sslkey is not given; set sslkey to the key of the certificate`,
    ])
    expect(problemsOf({ sslcert, sslkey: '/nowhere/client.key' })).toEqual([
      `${named('/nowhere/client.key')} looks like a file path, and there is no such file; give the path of a PEM file or the PEM text itself`,
    ])
  })

  test('there is a key and no certificate', () => {
    expect(problemsOf({ sslkey })).toEqual([
      'sslkey (from PGSSLKEY) is given and sslcert is not; give both, or neither',
    ])
  })

  test('the key is for another certificate', () => {
    const other = folder.write('other.key', clients.good.key)
    expect(problemsOf({ sslcert, sslkey: other })).toEqual([
      `${named(other)} does not fit ${named(sslcert, 'sslcert')}; give the key that this certificate was made for`,
    ])
  })

  test('others may read the key', () => {
    const open = folder.write('open.key', key, 0o644)
    expect(problemsOf({ sslcert, sslkey: open })).toEqual([
      `private key file: ${named(open)} has group or world access; file must have permissions u=rw (0600) or less if owned by the current user, or permissions u=rw,g=r (0640) or less if owned by root`,
    ])
    chmodSync(open, 0o600)
    expect(problemsOf({ sslcert, sslkey: open })).toEqual([])
  })

  test('the key is in an engine', () => {
    expect(problemsOf({ sslcert, sslkey: 'pkcs11:my-key' })).toEqual([
      'sslkey (from PGSSLKEY) names an OpenSSL engine, and engines are not supported; give a key file, with file: in front of a path that has a colon',
    ])
    const colon = folder.write('with:colon.key', key)
    expect(problemsOf({ sslcert, sslkey: `file:${colon}` })).toEqual([])
  })

  test.each([
    ['a certificate', certificate, 'holds a CERTIFICATE, not a private key'],
    ['text', 'hello', 'is not a private key in PEM or DER form'],
    ['empty', '', 'is not a private key in PEM or DER form'],
    ['binary garbage', Buffer.alloc(100, 0x30), 'is not a private key in PEM or DER form'],
  ])('the key file holds %s', (what, content, why) => {
    const bad = folder.write(`${what}.key`, content)
    expect(problemsOf({ sslcert, sslkey: bad })).toEqual([
      `${named(bad)} ${why}; give a file with the private key of the certificate`,
    ])
  })

  test('the key is damaged or cut off', () => {
    const bad = folder.write('damaged.key', damaged(key))
    expect(problemsOf({ sslcert, sslkey: bad })).toEqual([
      `${named(bad)} is not a private key that OpenSSL can read; give a PEM file with a private key`,
    ])
    const cut = folder.write('cut.key', key.slice(0, 100))
    expect(problemsOf({ sslcert, sslkey: cut })).toEqual([
      `${named(cut)} is cut off: a BEGIN line has no END line; give the whole private key`,
    ])
  })

  test('its key or its signature is too weak for OpenSSL', async () => {
    const small = await root.issue({ usage: 'client', keyType: 'rsa1024' })
    const end = 'which is too weak for TLS; replace it by one with RSA ≥ 2048 or ECDSA, signed with SHA-256 or better'
    expect(problemsOf({ sslcert: small.certificate, sslkey: small.key })).toEqual([
      `sslcert (from PGSSLCERT) has an RSA key of 1024 bits, ${end}`,
    ])
    const sha1 = await root.issue({ usage: 'client', signatureHash: 'SHA-1' })
    expect(problemsOf({ sslcert: sha1.certificate, sslkey: sha1.key })).toEqual([
      `sslcert (from PGSSLCERT) is signed with ECDSA-SHA1, ${end}`,
    ])
  })
})

test('client certificate: expired → a flaw, for the rules to judge', () => {
  const { chain: expired, key: itsKey } = clients.expired
  const { flaws } = load({ sslcert: expired, sslkey: itsKey }).current()
  expect(flaws).toHaveLength(1)
  expect(flaws[0]).toMatchObject({ kind: 'expired' })
  expect(flaws[0]?.what).toMatch(
    /^client certificate "O=Verifull, CN=certificate_user" of sslcert \(from PGSSLCERT\) \(expired on \d{4}-\d\d-\d\d\)$/,
  )
  expect(load({ sslcert, sslkey }).current().flaws).toEqual([])
})

test('client certificate: key and passphrase → in no message or printed object', async () => {
  const canary = 'canary-passphrase'
  const encrypted = encryptedKey(rsa.key, canary)
  const secrets = [key, rsa.key, encrypted].map((pem) => pem.split('\n')[2] ?? 'none').concat(canary)
  const material = load({ sslcert: rsa.certificate, sslkey: encrypted, sslpassword: canary })
  const inside = key.replace(/-----.*-----|\n/g, '')
  const other = await createAuthority()
  const foreign = await other.issue({ usage: 'client', keyType: 'ed25519' })
  const texts = [
    inspect(material, { depth: 20, showHidden: true }),
    inspect(material.current(), { depth: 20 }),
    JSON.stringify(material.current()),
    ...problemsOf({ sslcert: rsa.certificate, sslkey: encrypted, sslpassword: `${canary}-wrong` }),
    ...problemsOf({ sslcert: rsa.certificate, sslkey: key }),
    ...problemsOf({ sslcert: rsa.certificate, sslkey: inside }),
    ...problemsOf({ sslcert: rsa.certificate, sslkey: foreign.key.replace(/-----.*-----|\n/g, '') }),
    ...problemsOf({ sslcert: rsa.certificate, sslkey: { value: new Secret('some words'), source: 'X' } }),
  ]
  for (const text of texts) {
    for (const secret of [...secrets, inside.slice(0, 30), 'some words']) expect(text).not.toContain(secret)
  }
  expect(texts.slice(-5)).toHaveLength(5)
})
