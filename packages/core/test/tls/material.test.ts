import diagnostics from 'node:diagnostics_channel'
import { mkdirSync, renameSync, rmSync, symlinkSync, unlinkSync } from 'node:fs'
import { join } from 'node:path'
import { createBundle, createHierarchy } from '@verifull/test-harness/fixtures'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { ConfigurationError } from '../../src/errors/configuration-error.ts'
import type { TlsEvent } from '../../src/events/tls.ts'
import type { TlsSnapshot } from '../../src/tls/material.ts'
import { Folder, load, problemsOf } from './fixture.ts'

const { root, otherRoot, clients, crls } = await createHierarchy()
const folder = new Folder()
const GROUPS = 'prime256v1:X25519'
const subjects = (material: ReturnType<typeof load>) =>
  material.current().roots.certificates.map(({ subject }) => subject.replace('O=Verifull, CN=', ''))
const ROOT = 'Verifull test root'
const OTHER = 'Verifull test root of somebody else'

test('material: several problems → all are listed', () => {
  const given = { sslrootcert: '/nowhere/ca.pem', sslcrl: root.certificate, sslcert: clients.good.certificate }
  expect(problemsOf(given)).toHaveLength(3)
  expect(() => load(given)).toThrow(ConfigurationError)
  expect(() => load(given)).toThrow(
    /^3 problems with the connection settings:\n {2}1\. sslrootcert "\/nowhere\/ca\.pem"/,
  )
})

describe('material: sharing', () => {
  const sslrootcert = folder.write('shared.pem', root.certificate)

  test('equal settings → shared', () => {
    expect(load({ sslrootcert })).toBe(load({ sslrootcert }))
    expect(load({ sslrootcert })).toBe(load({ sslrootcert, environment: { PATH: '/bin', PGUSER: 'x' } }))
  })

  test('different settings → not shared', () => {
    const material = load({ sslrootcert })
    expect(load({ sslrootcert, minVersion: 'TLSv1.3' })).not.toBe(material)
    expect(load({ sslrootcert, environment: { SSL_CERT_FILE: sslrootcert } })).not.toBe(material)
    expect(load({ sslrootcert, sslcertmode: 'disable' })).not.toBe(material)
  })

  test('different secrets → not shared', () => {
    const { certificate, key } = clients.good
    const given = { sslcert: certificate, sslkey: key }
    expect(load({ ...given, sslpassword: 'a' })).toBe(load({ ...given, sslpassword: 'a' }))
    expect(load({ ...given, sslpassword: 'a' })).not.toBe(load({ ...given, sslpassword: 'b' }))
  })

  test('more than the limit → the least recently used is loaded again', () => {
    const material = load({ sslrootcert })
    for (let i = 0; i < 31; i++) load({ sslrootcert, homeDirectory: `/nowhere/${i}` })
    expect(load({ sslrootcert })).toBe(material)
    for (let i = 0; i < 32; i++) load({ sslrootcert, homeDirectory: `/nowhere/${i}` })
    expect(load({ sslrootcert })).not.toBe(material)
  })

  test('lists of groups → one secure context each', () => {
    const version = load({ sslrootcert }).current()
    expect(load({ sslrootcert }).current()).toBe(version)
    expect(version.secureContext(GROUPS)).toBe(version.secureContext(GROUPS))
    expect(version.secureContext(GROUPS)).not.toBe(version.secureContext('X25519:prime256v1'))
  })
})

test('material: an unchanged file → not read again', async () => {
  const material = load({ sslrootcert: folder.write('bundle.pem', await createBundle(root)) })
  const version = material.current()
  const context = version.secureContext(GROUPS)
  const before = process.cpuUsage()
  for (let i = 0; i < 100; i++) expect(material.current().secureContext(GROUPS)).toBe(context)
  expect(process.cpuUsage(before).user).toBeLessThan(250_000)
})

/** An event's facts about a version without a client certificate. */
function factsOf({ version, roots: { kind, source } }: TlsSnapshot) {
  return { version, roots: { kind, source }, clientCertificate: undefined, crl: undefined }
}

describe('material: a file changes', () => {
  const warnings: NodeJS.ErrnoException[] = []
  const events: TlsEvent[] = []
  const onWarning = (warning: Error) => void warnings.push(warning)
  const onEvent = (event: unknown) => void events.push(event as TlsEvent)
  beforeEach(() => {
    warnings.length = 0
    events.length = 0
    process.on('warning', onWarning)
    diagnostics.subscribe('verifull:tls', onEvent)
  })
  afterEach(() => {
    process.off('warning', onWarning)
    diagnostics.unsubscribe('verifull:tls', onEvent)
  })
  const emitted = () => new Promise((resolve) => setImmediate(resolve))

  test('new roots → for the next connection; earlier ones keep theirs', () => {
    const material = load({ sslrootcert: folder.write('rotating.pem', root.certificate) })
    const before = material.current()
    expect([before.version, subjects(material)]).toEqual([1, [ROOT]])
    folder.write('rotating.pem', otherRoot.certificate + root.certificate)
    expect([material.current().version, subjects(material)]).toEqual([2, [OTHER, ROOT]])
    expect(before.roots.certificates).toHaveLength(1)
    expect(events).toEqual([{ kind: 'reloaded', version: factsOf(material.current()) }])
  })

  test('an invalid file → not used, one warning; a valid one after it → used', async () => {
    const path = folder.write('replaced.pem', root.certificate)
    const material = load({ sslrootcert: path })
    folder.write('replaced.pem', 'garbage')
    for (let i = 0; i < 5; i++) expect(subjects(material)).toEqual([ROOT])
    await emitted()
    const message = `sslrootcert "${path}" (from PGSSLROOTCERT) is not a certificate in PEM form; give a PEM file with a certificate`
    expect(warnings).toHaveLength(1)
    expect(warnings[0]).toMatchObject({
      name: 'VerifullWarning',
      code: 'VERIFULL_TLS_RELOAD',
      message: `new TLS files are not used, the last good ones stay in use: ${message}`,
    })
    expect(events).toEqual([
      {
        kind: 'reload-failed',
        version: factsOf(material.current()),
        problems: [{ parameter: 'sslrootcert', severity: 'refuse', message }],
      },
    ])
    folder.write('replaced.pem', otherRoot.certificate)
    expect(subjects(material)).toEqual([OTHER])
    expect(material.current().version).toBe(2)
    expect(events.map(({ kind }) => kind)).toEqual(['reload-failed', 'reloaded'])
  })

  test('missing for a moment → no effect', () => {
    const path = folder.write('gone.pem', root.certificate)
    const material = load({ sslrootcert: path })
    unlinkSync(path)
    expect(subjects(material)).toEqual([ROOT])
    folder.write('gone.pem', otherRoot.certificate)
    expect(subjects(material)).toEqual([OTHER])
  })

  test('a certificate before its key → used once both fit', () => {
    const sslcert = folder.write('client.crt', clients.good.certificate)
    const sslkey = folder.write('client.key', clients.good.key)
    const material = load({ sslcert, sslkey })
    const before = material.current()
    folder.write('client.crt', clients.viaIntermediate.chain)
    expect(material.current()).toBe(before)
    expect(events.map(({ kind }) => kind)).toEqual(['reload-failed'])
    folder.write('client.key', clients.viaIntermediate.key)
    expect(material.current().clientCertificate?.intermediates).toHaveLength(1)
  })

  test('a default file appears → used', () => {
    const homeDirectory = join(folder.path, 'home')
    const material = load({ homeDirectory })
    expect(material.current().roots.kind).toBe('none')
    folder.write('home/.postgresql/root.crt', root.certificate)
    folder.write('home/.postgresql/root.crl', crls.empty)
    expect(material.current()).toMatchObject({ roots: { kind: 'file' }, crl: { lists: [{}, {}] } })
  })

  test('a list is added to sslcrldir → used', () => {
    folder.write('crls/a.crl', crls.rootOnly)
    const material = load({ sslcrldir: join(folder.path, 'crls') })
    expect(material.current().crl?.lists).toHaveLength(1)
    folder.write('crls/b.crl', crls.empty)
    expect(material.current().crl?.lists).toHaveLength(2)
  })

  test('a link is replaced, as in Kubernetes → followed', () => {
    const at = (name: string) => join(folder.path, 'mounted', name)
    folder.write('mounted/1/ca.pem', root.certificate)
    folder.write('mounted/2/ca.pem', otherRoot.certificate)
    symlinkSync('1', at('data'))
    symlinkSync(join('data', 'ca.pem'), at('ca.pem'))
    const material = load({ sslrootcert: at('ca.pem') })
    expect(subjects(material)).toEqual([ROOT])
    symlinkSync('2', at('data.new'))
    renameSync(at('data.new'), at('data'))
    expect(subjects(material)).toEqual([OTHER])
  })
})

test('the whole folder is gone → current() does not throw', () => {
  mkdirSync(join(folder.path, 'vanishing'))
  const material = load({ sslrootcert: folder.write('vanishing/ca.pem', root.certificate) })
  rmSync(join(folder.path, 'vanishing'), { recursive: true })
  expect(subjects(material)).toEqual([ROOT])
})
