import { X509Certificate } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { createBundle, createHierarchy } from '@verifull/test-harness/fixtures'
import { describe, expect, test } from 'vitest'
import type { Problem } from '../../src/errors/finding.ts'
import { Secret } from '../../src/text/secret.ts'
import { readSystemRoots } from '../../src/tls/system-roots.ts'
import { WatchedFiles } from '../../src/tls/watched-files.ts'
import { damaged } from './damaged.ts'
import { Folder, load, problemsOf } from './fixture.ts'

const { root, otherRoot, servers } = await createHierarchy()
const folder = new Folder()
const file = folder.write('ca.pem', root.certificate)
const rootsOf = (given: Parameters<typeof load>[0]) => load(given).current().roots
const SUBJECT = 'O=Verifull, CN=Verifull test root'

describe('sslrootcert: valid', () => {
  test('a file → read', () => {
    expect(rootsOf({ sslrootcert: file })).toMatchObject({
      kind: 'file',
      source: file,
      certificates: [{ subject: SUBJECT }],
    })
  })

  test.each([
    ['PEM text', root.certificate],
    ['PEM text with literal \\n', root.certificate.replaceAll('\n', '\\n')],
    ['PEM text on one line', root.certificate.replaceAll('\n', ' ')],
    ['PEM text in base64', Buffer.from(root.certificate).toString('base64')],
  ])('%s', (_, sslrootcert) => {
    expect(rootsOf({ sslrootcert })).toMatchObject({
      kind: 'inline',
      source: 'PGSSLROOTCERT',
      certificates: [{ subject: SUBJECT }],
    })
  })

  test('a secret → read', () => {
    const sslrootcert = { value: new Secret(root.certificate), source: 'settings.sslrootcert' }
    expect(rootsOf({ sslrootcert })).toMatchObject({ kind: 'inline', source: 'settings.sslrootcert' })
  })

  test('a bundle of 150 → all are inspected', async () => {
    const bundle = await createBundle(root, { size: 150 })
    const { certificates } = rootsOf({ sslrootcert: folder.write('bundle.pem', bundle) })
    expect(certificates).toHaveLength(150)
    expect(certificates[75]?.subject).toBe(SUBJECT)
  })

  test('a file named system, as ./system → read', () => {
    folder.write('system', root.certificate)
    expect(rootsOf({ sslrootcert: `${folder.path}/./system` })).toMatchObject({ kind: 'file' })
    expect(problemsOf({ sslrootcert: './system' })).toEqual([
      `sslrootcert "./system" (from PGSSLROOTCERT) looks like a file path, and there is no such file; give the path of a PEM file or the PEM text itself; here that is ${process.cwd()}/system`,
    ])
  })
})

describe('sslrootcert: refused', () => {
  const end = 'give a PEM file with a certificate'
  test.each([
    [
      'missing',
      '/nowhere/ca.pem',
      'sslrootcert "/nowhere/ca.pem" (from PGSSLROOTCERT) looks like a file path, and there is no such file; give the path of a PEM file or the PEM text itself',
    ],
    [
      'a folder',
      folder.path,
      `sslrootcert "${folder.path}" (from PGSSLROOTCERT) is a folder, not a regular file; give the path of a PEM file or the PEM text itself`,
    ],
    ['empty', '', [] as never],
    [
      'cut off',
      root.certificate.slice(0, 200),
      'sslrootcert (from PGSSLROOTCERT) is cut off: a BEGIN line has no END line; give the whole certificate',
    ],
    [
      'damaged',
      damaged(root.certificate),
      'sslrootcert (from PGSSLROOTCERT) is damaged: its content is not a certificate; give the whole PEM text',
    ],
    [
      'half damaged',
      otherRoot.certificate + damaged(root.certificate),
      'sslrootcert (from PGSSLROOTCERT) is damaged: certificate 2 of 2 is not a certificate; give the whole PEM text',
    ],
    [
      'a private key',
      servers.good.key,
      `sslrootcert (from PGSSLROOTCERT) holds a PRIVATE KEY, not a certificate; ${end}`,
    ],
    [
      'base64 of something else',
      'base64:aGVsbG8=',
      'sslrootcert (from PGSSLROOTCERT) is not the base64 of a PEM text; give a path or the whole PEM text',
    ],
  ])('%s', (_, sslrootcert, message) => {
    expect(problemsOf({ sslrootcert })).toEqual(sslrootcert === '' ? [] : [message])
  })

  test.each([
    ['empty', '', `is empty; ${end}`],
    ['not PEM', 'hello', `is not a certificate in PEM form; ${end}`],
    [
      'DER',
      new X509Certificate(root.certificate).raw,
      'is not a certificate in PEM form but in DER; convert it with openssl x509 -inform der',
    ],
  ])('a file that is %s', (_, content, message) => {
    const sslrootcert = folder.write('bad.pem', content)
    expect(problemsOf({ sslrootcert })).toEqual([`sslrootcert "${sslrootcert}" (from PGSSLROOTCERT) ${message}`])
  })
})

describe('sslrootcert: none given', () => {
  test('~/.postgresql/root.crt exists → used', () => {
    const path = folder.write('home/.postgresql/root.crt', root.certificate)
    const homeDirectory = join(folder.path, 'home')
    expect(rootsOf({ homeDirectory })).toMatchObject({ kind: 'file', source: path })
    expect(rootsOf({ homeDirectory, sslrootcert: '' })).toMatchObject({ kind: 'file', source: path })
    expect(rootsOf({ homeDirectory, sslrootcert: file })).toMatchObject({ kind: 'file', source: file })
  })

  test('that file is garbage → refused', () => {
    const path = folder.write('garbage/.postgresql/root.crt', 'garbage')
    expect(problemsOf({ homeDirectory: join(folder.path, 'garbage') })).toEqual([
      `sslrootcert "${path}" (the default file) is not a certificate in PEM form; give a PEM file with a certificate`,
    ])
  })

  test('no file → none, or the system’s, by mode', () => {
    const homeDirectory = join(folder.path, 'nobody')
    const environment = { SSL_CERT_FILE: file }
    expect(rootsOf({ homeDirectory, environment })).toEqual({ kind: 'none', source: 'none', certificates: [] })
    expect(rootsOf({ homeDirectory, environment, rootsFallback: 'system' })).toMatchObject({
      kind: 'system',
      source: `system roots (SSL_CERT_FILE=${file}), 1`,
    })
  })
})

describe('sslrootcert=system', () => {
  const sslrootcert = 'system'

  test('SSL_CERT_FILE → used', () => {
    expect(rootsOf({ sslrootcert, environment: { SSL_CERT_FILE: file } })).toMatchObject({
      kind: 'system',
      source: `system roots (SSL_CERT_FILE=${file}), 1`,
      certificates: [{ subject: SUBJECT }],
    })
  })

  test('SSL_CERT_DIR → used, with names of openssl rehash alone, as in OpenSSL', () => {
    const path = folder.write('certs/ca.pem', otherRoot.certificate)
    const SSL_CERT_DIR = join(folder.path, 'certs')
    expect(problemsOf({ sslrootcert, environment: { SSL_CERT_DIR } })).toEqual([
      `sslrootcert=system (from PGSSLROOTCERT) contains no trusted root: SSL_CERT_DIR "${SSL_CERT_DIR}" holds no certificate under a hashed name; run openssl rehash on it`,
    ])
    folder.write('certs/0a1b2c3d.0', root.certificate)
    expect(path).toContain('ca.pem')
    expect(rootsOf({ sslrootcert, environment: { SSL_CERT_DIR } })).toMatchObject({
      source: `system roots (SSL_CERT_DIR=${SSL_CERT_DIR}), 1`,
      certificates: [{ subject: SUBJECT }],
    })
  })

  test('a list of folders → all are used', () => {
    folder.write('more/0a1b2c3d.1', otherRoot.certificate)
    mkdirSync(join(folder.path, 'less'))
    const SSL_CERT_DIR = ['certs', 'less', 'more'].map((name) => join(folder.path, name)).join(':')
    folder.write('certs/0a1b2c3d.0', root.certificate)
    expect(rootsOf({ sslrootcert, environment: { SSL_CERT_DIR } }).certificates).toHaveLength(2)
  })

  test('SSL_CERT_FILE missing or garbage → refused', () => {
    expect(problemsOf({ sslrootcert, environment: { SSL_CERT_FILE: '/nowhere/ca.pem' } })).toEqual([
      'SSL_CERT_FILE "/nowhere/ca.pem" looks like a file path, and there is no such file; give the path of a PEM file or the PEM text itself',
    ])
    const SSL_CERT_FILE = folder.write('garbage.pem', 'garbage')
    expect(problemsOf({ sslrootcert, environment: { SSL_CERT_FILE } })).toEqual([
      `SSL_CERT_FILE "${SSL_CERT_FILE}" is not a certificate in PEM form; give a PEM file with a certificate`,
    ])
  })

  test("no variables → the operating system's bundle or Node's roots, without NODE_EXTRA_CA_CERTS", () => {
    const { kind, source, certificates } = rootsOf({ sslrootcert, environment: { NODE_EXTRA_CA_CERTS: file } })
    expect(kind).toBe('system')
    expect(source).toBe(/^system roots \(.+\), \d+$/.exec(source)?.[0])
    expect(certificates.length).toBeGreaterThan(50)
    expect(certificates.some(({ subject }) => subject === SUBJECT)).toBe(false)
  })
})

describe('sslrootcert=system on Windows', () => {
  const reading = (problems: Problem[] = []) => ({
    files: new WatchedFiles(),
    problems,
    environment: {},
    homeDirectory: undefined,
    platform: 'win32' as const,
  })

  test("Node reads the system's store → its roots", () => {
    const node = { rootCertificates: [otherRoot.certificate], getCACertificates: () => [root.certificate] }
    expect(readSystemRoots('system', reading(), node)).toMatchObject({
      place: 'store of the operating system',
      certificates: [{ subject: SUBJECT }],
    })
  })

  test.each([
    ['does not read it', {}],
    ['finds nothing there', { getCACertificates: () => [] }],
  ])('Node that %s → its own roots', (_, node) => {
    const rootCertificates = [root.certificate]
    expect(readSystemRoots('system', reading(), { rootCertificates, ...node })).toMatchObject({
      place: 'bundled with Node',
      certificates: [{ subject: SUBJECT }],
    })
  })
})
