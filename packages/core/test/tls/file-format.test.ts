import { createPrivateKey } from 'node:crypto'
import { createHierarchy } from '@verifull/test-harness/fixtures'
import { describe, expect, test } from 'vitest'
import { Folder, problemsOf } from './fixture.ts'

const { root, clients } = await createHierarchy()
const folder = new Folder()
const certificate = folder.write('client.crt', clients.good.certificate)
const key = folder.write('client.key', clients.good.key)

/** First bytes that OpenSSL writes: PFX (RFC 7292 §4) and ContentInfo (RFC 5652 §3). */
const pkcs12 = Buffer.from('3012020103300d06092a864886f70d010701a000', 'hex')
const pkcs7 = Buffer.from('300d06092a864886f70d010702a000', 'hex')
const pkcs7Pem = Buffer.from('-----BEGIN PKCS7-----\nMAA=\n-----END PKCS7-----\n')
const utf16 = Buffer.from(`\ufeff${root.certificate}`, 'utf16le')

describe('a file in another format → which it is, and how it is converted', () => {
  test.each([
    ['PKCS#12', pkcs12, 'a PKCS#12 archive (.p12, .pfx)', 'convert it with openssl pkcs12 -nokeys -in FILE'],
    ['PKCS#7', pkcs7, 'a PKCS#7 bundle (.p7b)', 'convert it with openssl pkcs7 -print_certs -inform der -in FILE'],
    ['PKCS#7 in PEM', pkcs7Pem, 'a PKCS#7 bundle (.p7b)', 'convert it with openssl pkcs7 -print_certs -in FILE'],
    [
      'JKS',
      Buffer.from('feedfeed0000000200000001', 'hex'),
      'a Java keystore',
      'convert it with keytool -exportcert -rfc -keystore FILE',
    ],
    ['UTF-16', utf16, 'text in UTF-16', 'save it as UTF-8'],
    [
      'an error page',
      Buffer.from('<!DOCTYPE html><title>404</title>'),
      'a web page',
      'give the file itself: what was downloaded may be an error page',
    ],
    ['gzip', Buffer.from('1f8b0800', 'hex'), 'a compressed archive', 'unpack it'],
    [
      'an SSH key',
      Buffer.from('ssh-ed25519 AAAAC3Nza me@example'),
      'a key of OpenSSH',
      'give the certificate: there is none in such a file',
    ],
  ])('sslrootcert and sslcert: %s', (_, content, name, fix) => {
    const path = folder.write('other.bin', content)
    const said = (parameter: string) =>
      `${parameter} "${path}" (from PG${parameter.toUpperCase()}) is ${name}, not a certificate in PEM form; ${fix}`
    expect(problemsOf({ sslrootcert: path })).toEqual([said('sslrootcert')])
    expect(problemsOf({ sslcert: path, sslkey: key })).toEqual([said('sslcert')])
  })

  test.each([
    ['PKCS#12', pkcs12, 'a PKCS#12 archive (.p12, .pfx)', 'convert it with openssl pkcs12 -nocerts -in FILE'],
    [
      'OpenSSH',
      Buffer.from('-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----\n'),
      'a key of OpenSSH',
      'convert it with ssh-keygen -p -m PKCS8 -f FILE',
    ],
    [
      'PuTTY',
      Buffer.from('PuTTY-User-Key-File-3: ssh-ed25519'),
      'a key of PuTTY',
      'export it as an OpenSSH key, then ssh-keygen -p -m PKCS8 -f FILE',
    ],
  ])('sslkey: %s', (_, content, name, fix) => {
    const path = folder.write('other.key', content)
    expect(problemsOf({ sslcert: certificate, sslkey: path })).toEqual([
      `sslkey "${path}" (from PGSSLKEY) is ${name}, not a private key in PEM or DER form; ${fix}`,
    ])
  })

  test('PEM, and a key in DER → accepted', () => {
    const der = folder.write('key.der', createPrivateKey(clients.good.key).export({ type: 'pkcs8', format: 'der' }))
    expect(problemsOf({ sslcert: certificate, sslkey: der, sslrootcert: root.certificate })).toEqual([])
  })
})
