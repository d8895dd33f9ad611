import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  createAuthority,
  createBundle,
  createHierarchy,
  daysAway,
  type HostileServer,
  startHostileServer,
} from '@verifull/test-harness/fixtures'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { verifull } from '../run.ts'

const { root, intermediate, otherRoot, servers } = await createHierarchy()
const folder = mkdtempSync(join(tmpdir(), 'verifull-ca-'))
const [old, soon, weak] = await Promise.all([
  createAuthority({ name: 'Old', notBefore: daysAway(-60), notAfter: daysAway(-1) }),
  createAuthority({ name: 'Soon', notAfter: daysAway(9) }),
  createAuthority({ name: 'Weak', keyType: 'rsa1024' }),
])
/** The start of a PKCS#12 archive: version 3, content of type data. */
const PKCS12 = Buffer.from('3012020103300d06092a864886f70d010701a000', 'hex')
const KEY = servers.good.key.split('\n')[1] ?? ''

let server: HostileServer
beforeAll(async () => {
  const { chain: certificate, key } = servers.viaIntermediate
  server = await startHostileServer({ tls: { certificate, key } })
})
afterAll(async () => {
  await server.stop()
  rmSync(folder, { recursive: true })
})

/** Runs `ca` in a folder with one file, `ca.pem`. */
async function ca(content: string | Buffer, ...words: string[]) {
  writeFileSync(join(folder, 'ca.pem'), content)
  const { code, stdout, stderr } = await verifull(['ca', ...words, '--format', 'json'], { folder })
  expect(stdout + stderr).not.toContain(KEY)
  const report = stdout === '' ? undefined : JSON.parse(stdout)
  return { code, stderr, ...report } as {
    code: number
    stderr: string
    findings: { rule: string; severity: string; what: string; fix: string }[]
    unchecked: { why: string }[]
    bundle: { format: string; certificates: { subject: string; daysLeft: number }[] }
    server: { addresses: { chain: { subject: string; trusted: boolean }[] }[] }
  }
}

describe('ca check: a bundle → its faults, and no others', () => {
  test.each<[string, string | Buffer, string[], number]>([
    ['a root', root.certificate, [], 0],
    ['two roots, one of which prepares a rotation', root.certificate + otherRoot.certificate, [], 0],
    ['a root and the intermediate CA below it', root.certificate + intermediate.certificate, [], 0],
    ['an intermediate CA alone', intermediate.certificate, ['ca-intermediate'], 0],
    ['the same root twice', root.certificate + root.certificate, ['ca-duplicate'], 0],
    ['an expired root alone', old.certificate, ['ca-expired'], 1],
    ['an expired root beside a valid one', old.certificate + root.certificate, ['ca-expiring'], 0],
    ['a root that expires soon', soon.certificate, ['ca-expiring'], 0],
    ['a root with a small key', weak.certificate, ['ca-weak-key'], 1],
    ["a server's certificate", servers.good.certificate, ['ca-leaf-as-root'], 1],
    ['a private key beside the root', root.certificate + servers.good.key, ['ca-private-key'], 1],
    ['a private key alone', servers.good.key, ['ca-private-key', 'ca-empty'], 1],
    ['DER', Buffer.from(root.certificate.split('\n').slice(1, -2).join(''), 'base64'), ['ca-format'], 1],
    ['PKCS#12', PKCS12, ['ca-format'], 1],
    ['a cut PEM text', root.certificate.slice(0, 200), ['ca-damaged', 'ca-empty'], 1],
    ['something else', 'hello', ['ca-empty'], 1],
    ['nothing', '', ['ca-empty'], 1],
    ['random bytes', Buffer.from([0, 255, 48, 130, 1]), ['ca-empty'], 1],
  ])('%s', async (_, content, rules, exit) => {
    const { code, findings } = await ca(content, 'check', 'ca.pem')
    expect(findings.map(({ rule }) => rule)).toEqual(rules)
    expect(code).toBe(exit)
  })

  test('150 certificates → counted, and none blamed', async () => {
    const { code, bundle, findings } = await ca(await createBundle(root), 'check', 'ca.pem')
    expect([code, bundle.certificates.length, findings]).toEqual([0, 150, []])
  })

  test('a file that is missing → exit code 2', async () => {
    const { code, stderr } = await ca('', 'check', 'none.pem')
    expect([code, stderr]).toEqual([2, 'verifull: none.pem does not exist\n'])
  })
})

describe('ca which: the root of a server → named, or the link that is missing', () => {
  test('a bundle with its root → the chain up to it', async () => {
    const report = await ca(root.certificate, 'which', `localhost:${server.port}`, '--ca', 'ca.pem')
    expect([report.code, report.findings]).toEqual([0, []])
    const [seen] = report.server.addresses
    expect(seen?.chain.map(({ subject }) => subject.replace('O=Verifull, CN=', ''))).toEqual([
      'db.test',
      'Verifull test intermediate',
      'Verifull test root',
    ])
    expect(seen?.chain.map(({ trusted }) => trusted)).toEqual([false, false, true])
  })

  test('a bundle without it → the missing root, and nothing sent beyond the handshake', async () => {
    const report = await ca(otherRoot.certificate, 'which', `localhost:${server.port}`, '--ca', 'ca.pem')
    expect([report.code, report.findings.map(({ rule }) => rule)]).toEqual([1, ['error:TLS_ISSUER']])
    expect(report.findings[0]?.what).toContain('"Verifull test root" is missing')
    expect(report.findings[0]?.fix).toContain('download the CA certificate')
    expect(server.connections.flatMap(({ events }) => events)).not.toContainEqual(expect.stringContaining('Startup'))
  })

  test('nothing listens → exit code 3', async () => {
    const { code, unchecked } = await ca(root.certificate, 'check', 'ca.pem', '--host', 'localhost:1')
    expect([code, unchecked[0]?.why]).toEqual([3, expect.stringContaining('ECONNREFUSED')])
  })
})

describe('ca show: known roots → without a file', () => {
  test('aws-rds', async () => {
    const { code, bundle } = await ca('', 'show', 'aws-rds', '--region', 'eu-west-1')
    expect([code, bundle.format]).toEqual([0, 'aws-rds'])
    expect(bundle.certificates.map(({ subject }) => subject)).toContainEqual(expect.stringContaining('eu-west-1'))
  })

  test('system', async () => {
    const { code, bundle } = await ca('', 'show', 'system')
    expect([code, bundle.certificates.length > 20]).toEqual([0, true])
  })
})
