import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { blackHole, createHierarchy, encryptedKey, temporaryFolder } from '@verifull/test-harness'
import { afterAll, describe, expect, test } from 'vitest'
import { objection, type Refused } from './written.ts'

const listener = await blackHole()
const folder = temporaryFolder()
const { root, servers, clients } = await createHierarchy()
afterAll(async () => {
  await listener.stop()
  await folder.remove()
})

function file(name: string, content: string | Buffer, mode = 0o600): string {
  const path = join(folder.path, name)
  writeFileSync(path, content)
  chmodSync(path, mode)
  return path
}

const ca = file('ca.pem', root.certificate)
const cert = file('client.crt', clients.good.certificate)
const key = file('client.key', clients.good.key)
const otherKey = file('other.key', clients.viaIntermediate.key)
const openKey = file('open.key', clients.good.key, 0o644)
const encrypted = file('encrypted.key', encryptedKey(clients.good.key, 'the right one'))
const expired = file('expired.crt', clients.expired.certificate)
const expiredKey = file('expired.key', clients.expired.key)
const der = file('ca.der', Buffer.from(root.certificate.replace(/-----.*-----|\s/g, ''), 'base64'))
const text = file('ca.txt', 'see the wiki')
const empty = file('empty.pem', '')

const options = { host: 'localhost', port: listener.port, user: 'app', password: 'kahGh2-eiYo9', database: 'app' }
const withSsl = (ssl: object) => ({ options: { ...options, ssl } })
const NO_SUCH_FILE =
  'looks like a file path, and there is no such file; give the path of a PEM file or the PEM text itself'

/** Roots that pg and Node accept silently, and then "unable to verify the first certificate" (d, P17). */
const ROOTS: readonly Refused[] = [
  [
    'ssl.ca is the path of a file that is not there',
    withSsl({ ca: '/nowhere/ca.pem' }),
    `sslrootcert "/nowhere/ca.pem" (from option ssl.ca) ${NO_SUCH_FILE}`,
  ],
  [
    'PGSSLROOTCERT names a file that is not there (P19)',
    { options, environment: { PGSSLROOTCERT: '/nowhere/ca.pem' } },
    `sslrootcert "/nowhere/ca.pem" (from PGSSLROOTCERT) ${NO_SUCH_FILE}`,
  ],
  [
    'the PEM text is cut off',
    { options, environment: { DB_SSL_CA: root.certificate.slice(0, 200) } },
    'sslrootcert (from DB_SSL_CA) is cut off: a BEGIN line has no END line; give the whole certificate',
  ],
  [
    'the PEM text is damaged',
    withSsl({ ca: root.certificate.replace(/[A-Za-z]{4}\n/, '****\n') }),
    'sslrootcert (from option ssl.ca) is damaged: a block is not base64; give the whole certificate',
  ],
  [
    'the base64 lost its BEGIN line',
    withSsl({ ca: root.certificate.replace(/-----.*-----|\n/g, '') }),
    'sslrootcert (from option ssl.ca) is base64 without its -----BEGIN … ----- line; give a path or the whole PEM text',
  ],
  [
    'the file holds a key',
    withSsl({ ca: key }),
    `sslrootcert "${key}" (from option ssl.ca) holds a PRIVATE KEY, not a certificate; give a PEM file with a certificate`,
  ],
  [
    'the file holds something else',
    withSsl({ ca: text }),
    `sslrootcert "${text}" (from option ssl.ca) is not a certificate in PEM form; give a PEM file with a certificate`,
  ],
  [
    'the file is empty',
    withSsl({ ca: empty }),
    `sslrootcert "${empty}" (from option ssl.ca) is empty; give a PEM file with a certificate`,
  ],
  [
    'the file is in DER',
    withSsl({ ca: der }),
    `sslrootcert "${der}" (from option ssl.ca) is not a certificate in PEM form but in DER; convert it with openssl x509 -inform der`,
  ],
  [
    'two variables name different files',
    { options, environment: { DB_SSL_CA: ca, DB_CA_CERT_PATH: '/nowhere/ca.pem' } },
    'DB_SSL_CA and DB_CA_CERT_PATH are both set, and they differ; remove one',
  ],
]

/** OpenSSL's own words for these are "bad decrypt", "key values mismatch" and "no start line" (P17, P21). */
const CLIENT: readonly Refused[] = [
  [
    'a key that does not fit its certificate',
    withSsl({ ca, cert, key: otherKey }),
    `sslkey "${otherKey}" (from option ssl.key) does not fit sslcert "${cert}" (from option ssl.cert); give the key that this certificate was made for`,
  ],
  [
    'a certificate that has expired',
    withSsl({ ca, cert: expired, key: expiredKey }),
    `client certificate "O=Verifull, CN=certificate_user" of sslcert "${expired}" (from option ssl.cert) (expired on ${dateOf(-30)}) is refused by policy production (rule certificate-invalid); replace it`,
  ],
  [
    'an encrypted key without a passphrase',
    withSsl({ ca, cert, key: encrypted }),
    `sslkey "${encrypted}" (from option ssl.key) is encrypted and no sslpassword was given; set sslpassword`,
  ],
  [
    'an encrypted key with the wrong passphrase',
    withSsl({ ca, cert, key: encrypted, passphrase: 'the wrong one' }),
    `sslkey "${encrypted}" (from option ssl.key) cannot be decrypted with sslpassword (from option ssl.passphrase); give the right passphrase`,
  ],
  [
    'a key that others can read',
    withSsl({ ca, cert, key: openKey }),
    `private key file: sslkey "${openKey}" (from option ssl.key) has group or world access; file must have permissions u=rw (0600) or less if owned by the current user, or permissions u=rw,g=r (0640) or less if owned by root`,
  ],
  [
    'a certificate without its key: cloned options lose ssl.key in pg (g)',
    withSsl({ ca, cert }),
    `sslcert "${cert}" (from option ssl.cert) has no private key: sslkey is not given; set sslkey to the key of the certificate`,
  ],
  [
    'a key without its certificate',
    withSsl({ ca, key }),
    'sslkey (from option ssl.key) is given and sslcert is not; give both, or neither',
  ],
  [
    'certificate and key exchanged',
    withSsl({ ca, cert: key, key: cert }),
    [
      '2 problems with the connection settings:',
      `  1. sslcert "${key}" (from option ssl.cert) holds a PRIVATE KEY, not a certificate; give a PEM file with a certificate`,
      `  2. sslkey "${cert}" (from option ssl.key) holds a CERTIFICATE, not a private key; give a file with the private key of the certificate`,
    ].join('\n'),
  ],
  [
    'all three files missing',
    { options, environment: { PGSSLROOTCERT: '/nowhere/ca', PGSSLCERT: '/nowhere/crt', PGSSLKEY: '/nowhere/key' } },
    [
      '3 problems with the connection settings:',
      `  1. sslrootcert "/nowhere/ca" (from PGSSLROOTCERT) ${NO_SUCH_FILE}`,
      `  2. sslcert "/nowhere/crt" (from PGSSLCERT) ${NO_SUCH_FILE}`,
      `  3. sslkey "/nowhere/key" (from PGSSLKEY) ${NO_SUCH_FILE}`,
    ].join('\n'),
  ],
  [
    'a PKCS#12 file',
    withSsl({ ca, pfx: Buffer.of(1) }),
    'option ssl.pfx is not supported; give the certificate in ssl.cert and its key in ssl.key, as PEM',
  ],
]

describe.each([
  ['trusted roots', ROOTS],
  ['a client certificate', CLIENT],
])('%s that cannot be used: it fails before the network', (_kind, rows) => {
  test.each(rows)('%s', (_what, written, message) => {
    expect(objection(written)).toBe(message)
  })
})

test.each<[string, object]>([
  ['the path of a file', { ca, cert, key }],
  ['PEM text', { ca: root.certificate, cert: clients.good.certificate, key: clients.good.key }],
  ['the right passphrase', { ca, cert, key: encrypted, passphrase: 'the right one' }],
  ['a server certificate among the roots, with a warning', { ca: root.certificate + servers.good.certificate }],
])('%s starts', (_what, ssl) => {
  expect(objection(withSsl(ssl))).toBe('the application starts')
})

test('nothing of this reached the network', () => {
  expect(listener.accepted).toBe(0)
})

function dateOf(days: number): string {
  return new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10)
}
