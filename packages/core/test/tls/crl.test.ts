import { mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { createHierarchy, pem } from '@verifull/test-harness/fixtures'
import { describe, expect, test } from 'vitest'
import { readPem } from '../../src/x509/pem.ts'
import { damaged } from './damaged.ts'
import { Folder, load, problemsOf } from './fixture.ts'

const { root, crls } = await createHierarchy()
const folder = new Folder()
const file = folder.write('root.crl', crls.empty)
const crlOf = (given: Parameters<typeof load>[0]) => load(given).current().crl
const ISSUERS = [
  { issuer: 'O=Verifull, CN=Verifull test root' },
  { issuer: 'O=Verifull, CN=Verifull test intermediate' },
]

describe('sslcrl: source', () => {
  test('none given → none', () => {
    expect(crlOf({})).toBeUndefined()
    expect(crlOf({ sslcrl: '', sslcrldir: '' })).toBeUndefined()
  })

  test('a file → every list in it', () => {
    expect(crlOf({ sslcrl: file })).toMatchObject({ source: file, lists: ISSUERS })
  })

  test('PEM text → read', () => {
    expect(crlOf({ sslcrl: crls.empty.replaceAll('\n', '\\n') })).toMatchObject({ source: 'PGSSLCRL', lists: ISSUERS })
  })

  test('a folder → the lists of all files, each once', () => {
    folder.write('crls/a.crl', crls.rootOnly)
    folder.write('crls/b.pem', crls.empty)
    mkdirSync(join(folder.path, 'crls', 'folder'))
    symlinkSync('a.crl', join(folder.path, 'crls', '0a1b2c3d.r0'))
    const crl = crlOf({ sslcrldir: join(folder.path, 'crls') })
    expect(crl?.lists).toHaveLength(2)
    expect(crl).toMatchObject({ lists: ISSUERS })
  })

  test('none given, ~/.postgresql/root.crl exists → used', () => {
    const path = folder.write('home/.postgresql/root.crl', crls.empty)
    const homeDirectory = join(folder.path, 'home')
    expect(crlOf({ homeDirectory })).toMatchObject({ source: path })
    expect(crlOf({ homeDirectory, sslcrl: file })).toMatchObject({ source: file })
  })

  test('a file with sslrootcert=system → used', () => {
    const environment = { SSL_CERT_FILE: folder.write('ca.pem', root.certificate) }
    expect(crlOf({ sslrootcert: 'system', environment, sslcrl: file })).toMatchObject({ source: file })
  })

  test('a list → its next update', () => {
    const [list] = crlOf({ sslcrl: crls.stale })?.lists ?? []
    expect(list?.nextUpdate?.getTime()).toBeLessThan(Date.now())
    expect(list?.thisUpdate.getTime()).toBeLessThan(list?.nextUpdate?.getTime() ?? 0)
  })
})

describe('sslcrl: refused', () => {
  test.each([
    [
      'missing',
      '/nowhere/root.crl',
      'sslcrl "/nowhere/root.crl" (from PGSSLCRL) looks like a file path, and there is no such file; give the path of a PEM file or the PEM text itself',
    ],
    [
      'a certificate',
      root.certificate,
      'sslcrl (from PGSSLCRL) holds a CERTIFICATE, not a revocation list; give a PEM file with a revocation list',
    ],
    [
      'damaged',
      damaged(crls.rootOnly),
      'sslcrl (from PGSSLCRL) is damaged: its content is not a revocation list; give the whole PEM text',
    ],
  ])('%s', (_, sslcrl, message) => {
    expect(problemsOf({ sslcrl })).toEqual([message])
  })

  test('well-formed outside, damaged inside → refused', () => {
    const [block] = readPem(crls.revoking).blocks
    const der = Buffer.from(block?.der ?? [])
    const inside = der.indexOf(Buffer.from('170d', 'hex'), der.indexOf(Buffer.from('0201', 'hex')) + 80)
    der[inside] = 0x05 // the date of a revocation, replaced by a NULL of 13 bytes
    expect(problemsOf({ sslcrl: pem('X509 CRL', der) })).toEqual([
      'sslcrl (from PGSSLCRL) is refused by OpenSSL (ERR_CRYPTO_OPERATION_FAILED); replace it',
    ])
  })

  test('garbage in the default file → refused', () => {
    const path = folder.write('garbage/.postgresql/root.crl', 'garbage')
    expect(problemsOf({ homeDirectory: join(folder.path, 'garbage') })).toEqual([
      `sslcrl "${path}" (the default file) is not a revocation list in PEM form; give a PEM file with a revocation list`,
    ])
  })

  test('garbage in a folder → refused', () => {
    const path = folder.write('mixed/notes.txt', 'garbage')
    folder.write('mixed/root.crl', crls.empty)
    const sslcrldir = join(folder.path, 'mixed')
    expect(problemsOf({ sslcrldir })).toEqual([
      `sslcrldir "${sslcrldir}" (from PGSSLCRLDIR): "${path}" is not a revocation list in PEM form; give a PEM file with a revocation list`,
    ])
  })

  test('a folder that is missing, empty, or a file → refused', () => {
    const empty = join(folder.path, 'empty')
    mkdirSync(empty)
    const end = 'give the folder of the revocation lists, or leave it out'
    expect(problemsOf({ sslcrldir: '/nowhere' })).toEqual([
      `sslcrldir "/nowhere" (from PGSSLCRLDIR) is not a folder; ${end}`,
    ])
    expect(problemsOf({ sslcrldir: file })).toEqual([`sslcrldir "${file}" (from PGSSLCRLDIR) is not a folder; ${end}`])
    expect(problemsOf({ sslcrldir: empty })).toEqual([
      `sslcrldir "${empty}" (from PGSSLCRLDIR) is an empty folder; ${end}`,
    ])
  })
})
