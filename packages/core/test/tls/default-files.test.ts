import {
  chmodSync,
  chownSync,
  mkdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { createHierarchy } from '@verifull/test-harness/fixtures'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Problem } from '../../src/errors/finding.ts'
import { resolveProfile } from '../../src/profile/resolve-profile.ts'
import type { FileMaterial } from '../../src/tls/file-material.ts'
import { readSystemRoots } from '../../src/tls/system-roots.ts'
import { WatchedFiles } from '../../src/tls/watched-files.ts'
import { tcp } from '../addresses/endpoints.ts'
import { asNobody } from '../as-nobody.ts'
import { Folder, load, problemsOf } from './fixture.ts'

const { root, otherRoot, clients, crls } = await createHierarchy()
const folder = new Folder()
chmodSync(folder.path, 0o755)
const system = folder.write('system.pem', otherRoot.certificate, 0o644)

const emitted = () => new Promise((resolve) => setImmediate(resolve))
const warnings: string[] = []
const onWarning = ({ message }: Error) => void warnings.push(message)
beforeEach(() => void process.on('warning', onWarning))
afterEach(async () => {
  await emitted()
  process.off('warning', onWarning)
  warnings.length = 0
})

let homes = 0

/** A home folder with these files in its `.postgresql`. */
function homeWith(files: Readonly<Record<string, string>>): string {
  const home = `home${++homes}`
  for (const [name, text] of Object.entries(files)) folder.write(`${home}/.postgresql/${name}`, text)
  return join(folder.path, home)
}

/** The roots of a verify-full connection: the public roots are those of `otherRoot`. */
const verifyFull = (homeDirectory: string) =>
  load({ homeDirectory, rootsFallback: 'system', environment: { SSL_CERT_FILE: system } })

const FILES = {
  'root.crt': root.certificate,
  'root.crl': crls.empty,
  'postgresql.crt': clients.good.certificate,
  'postgresql.key': clients.good.key,
}
const NAMES = Object.keys(FILES) as (keyof typeof FILES)[]
const PARAMETERS = {
  'root.crt': 'sslrootcert',
  'root.crl': 'sslcrl',
  'postgresql.crt': 'sslcert',
  'postgresql.key': 'sslkey',
}

/** Changes to a file that is in use. */
const HARM: Readonly<Record<string, (path: string) => void>> = {
  'is removed': (path) => unlinkSync(path),
  'is emptied': (path) => writeFileSync(path, ''),
  'becomes garbage': (path) => writeFileSync(path, 'garbage'),
  'is cut off': (path) => writeFileSync(path, '-----BEGIN CERTIFICATE-----\nMII'),
  'becomes a folder': (path) => {
    unlinkSync(path)
    mkdirSync(path)
  },
  'becomes a link to nowhere': (path) => {
    unlinkSync(path)
    symlinkSync('nowhere', path)
  },
  'becomes a link to itself': (path) => {
    unlinkSync(path)
    symlinkSync(path, path)
  },
  'goes with its folder': (path) => rmSync(join(path, '..'), { recursive: true }),
  'goes as its folder becomes a file': (path) => {
    rmSync(join(path, '..'), { recursive: true })
    writeFileSync(join(path, '..'), '')
  },
}

describe.each(NAMES)('~/.postgresql/%s was in use and', (name) => {
  test.each(Object.keys(HARM))('%s → the last good material stays, which is said once', async (what) => {
    const home = homeWith(FILES)
    const material = verifyFull(home)
    const before = material.current()
    expect(before.roots).toMatchObject({
      kind: 'file',
      certificates: [{ subject: 'O=Verifull, CN=Verifull test root' }],
    })
    HARM[what]?.(join(home, '.postgresql', name))
    for (let i = 0; i < 3; i++) expect(material.current()).toBe(before)
    await emitted()
    expect(warnings).toEqual([expect.stringMatching(/^new TLS files are not used, the last good ones stay in use: /)])
    // Without its certificate the key is not read.
    expect(warnings[0]).toContain(
      what.includes('folder') && name === 'postgresql.key' && !what.startsWith('becomes')
        ? 'sslcert '
        : `${PARAMETERS[name]} `,
    )
  })

  test('may not be read any more → the last good material stays', async () => {
    const home = homeWith(FILES)
    const path = join(home, '.postgresql', name)
    for (const file of NAMES) chmodSync(join(home, '.postgresql', file), file === 'postgresql.key' ? 0o640 : 0o644)
    if (process.geteuid?.() === 0) chownSync(join(home, '.postgresql', 'postgresql.key'), 0, 65534)
    const material = asNobody(() => verifyFull(home))
    const before = material.current()
    chmodSync(path, 0o000)
    expect(asNobody(() => material.current())).toBe(before)
    await emitted()
    expect(warnings).toEqual([expect.stringContaining(`${name}" (the default file) cannot be read (EACCES)`)])
  })

  test('is replaced, also by way of nothing → the new one is used', () => {
    const home = homeWith(FILES)
    const path = join(home, '.postgresql', name)
    const material = verifyFull(home)
    unlinkSync(path)
    expect(material.current().version).toBe(1)
    folder.write(`${home.slice(folder.path.length + 1)}/.postgresql/${name}`, FILES[name])
    expect(material.current().version).toBe(2)
  })
})

test('root.crt is gone → the message says what to do', async () => {
  const home = homeWith({ 'root.crt': root.certificate })
  const material = verifyFull(home)
  unlinkSync(join(home, '.postgresql', 'root.crt'))
  material.current()
  await emitted()
  expect(warnings).toEqual([
    `new TLS files are not used, the last good ones stay in use: sslrootcert "${home}/.postgresql/root.crt" (the default file) was in use and is gone; put it back, or start the application again if it is to do without it`,
  ])
})

describe('the folder of the default files may not be entered', () => {
  const messageOf = (home: string) =>
    `the folder "${home}/.postgresql" of the default TLS files cannot be searched (EACCES); let this process enter it, or set HOME to the home folder of its user`

  test('at the start → refused once, whatever is in it', () => {
    for (const files of [FILES, { other: '' }]) {
      const home = homeWith(files as Record<string, string>)
      chmodSync(join(home, '.postgresql'), 0o700)
      expect(asNobody(() => problemsOf({ homeDirectory: home, rootsFallback: 'system' }))).toEqual(
        process.geteuid?.() === 0 ? [messageOf(home)] : [],
      )
      chmodSync(join(home, '.postgresql'), 0o000)
      expect(asNobody(() => problemsOf({ homeDirectory: home, rootsFallback: 'system' }))).toEqual([messageOf(home)])
      chmodSync(join(home, '.postgresql'), 0o700)
    }
  })

  test('later → the last good material stays, and nothing weaker', async () => {
    const home = homeWith({ 'root.crt': root.certificate })
    chmodSync(join(home, '.postgresql', 'root.crt'), 0o644)
    chmodSync(join(home, '.postgresql'), 0o755)
    const material = asNobody(() => verifyFull(home))
    chmodSync(join(home, '.postgresql'), 0o000)
    expect(asNobody(() => material.current())).toMatchObject({ version: 1, roots: { kind: 'file' } })
    await emitted()
    expect(warnings).toEqual([expect.stringContaining(messageOf(home))])
    chmodSync(join(home, '.postgresql'), 0o755)
    expect(asNobody(() => material.current()).roots.kind).toBe('file')
  })

  test('of a user who has none → nothing is missed', () => {
    expect(problemsOf({ homeDirectory: '/dev/null', rootsFallback: 'none' })).toEqual([])
    expect(problemsOf({ homeDirectory: '/nonexistent', rootsFallback: 'none' })).toEqual([])
  })
})

describe('a default file that is absent at the start', () => {
  test('appears → it is used', () => {
    const home = homeWith({ other: '' })
    const material = verifyFull(home)
    expect(material.current().roots.kind).toBe('system')
    folder.write(`${home.slice(folder.path.length + 1)}/.postgresql/root.crt`, root.certificate)
    expect(material.current().roots.kind).toBe('file')
    unlinkSync(join(home, '.postgresql', 'root.crt'))
    expect(material.current().roots.kind).toBe('file')
  })

  describe.each([
    ['verify-full', verifyFull],
    ['require', (homeDirectory: string) => load({ homeDirectory })],
  ])('%s: libpq refuses', (_mode, materialIn) => {
    test.each([
      ['root.crt', 'garbage', /^sslrootcert .* is not a certificate in PEM form/],
      ['root.crt', '', /^sslrootcert .* is empty/],
      ['root.crl', 'garbage', /^sslcrl .* is not a revocation list in PEM form/],
    ])('%s appears as "%s" → no connection until it is good', (name, text, message) => {
      const home = homeWith({ other: '' })
      const material = materialIn(home)
      const put = (content: string) =>
        folder.write(`${home.slice(folder.path.length + 1)}/.postgresql/${name}`, content)
      put(text)
      for (let i = 0; i < 3; i++) expect(() => material.current()).toThrow(message)
      put(FILES[name as 'root.crt' | 'root.crl'])
      expect(material.current().version).toBe(2)
    })

    test('root.crt appears beside a client certificate that cannot be used → no connection', () => {
      const home = homeWith({ other: '' })
      const material = materialIn(home)
      const put = (name: string, content: string) =>
        folder.write(`${home.slice(folder.path.length + 1)}/.postgresql/${name}`, content)
      put('postgresql.crt', 'garbage')
      expect(material.current().version).toBe(1) // trusts no other root
      put('root.crt', root.certificate)
      expect(() => material.current()).toThrow(/sslcert .* is not a certificate in PEM form/)
      unlinkSync(join(home, '.postgresql', 'postgresql.crt'))
      expect(material.current().roots).toMatchObject({ kind: 'file' })
    })

    test('appears as a link to nowhere, or in a folder that may not be entered → no connection', () => {
      const home = homeWith({ other: '' })
      chmodSync(join(home, '.postgresql'), 0o755)
      const material = asNobody(() => materialIn(home))
      symlinkSync('/nowhere', join(home, '.postgresql', 'root.crt'))
      expect(() => asNobody(() => material.current())).toThrow(/is a link to a file that does not exist/)
      unlinkSync(join(home, '.postgresql', 'root.crt'))
      expect(asNobody(() => material.current()).version).toBe(2)
      chmodSync(join(home, '.postgresql'), 0o000)
      expect(() => asNobody(() => material.current())).toThrow(/cannot be searched \(EACCES\)/)
      chmodSync(join(home, '.postgresql'), 0o755)
      expect(asNobody(() => material.current()).version).toBe(3)
    })
  })

  test('is a link to nowhere → refused', () => {
    const home = homeWith({ other: '' })
    symlinkSync('/nowhere/ca.crt', join(home, '.postgresql', 'root.crt'))
    expect(problemsOf({ homeDirectory: home })).toEqual([
      `sslrootcert "${home}/.postgresql/root.crt" (the default file) is a link to a file that does not exist; put it there, or remove the link`,
    ])
  })
})

test('a mounted folder is swapped by its link, as Kubernetes does → the new files are used, an empty one is not', () => {
  const home = homeWith({ 'v1/root.crt': root.certificate, 'v2/root.crt': otherRoot.certificate, 'v3/other': '' })
  const at = (name: string) => join(home, '.postgresql', name)
  const swap = (version: string) => {
    symlinkSync(version, at('..new'))
    renameSync(at('..new'), at('..data'))
  }
  swap('v1')
  symlinkSync('..data/root.crt', at('root.crt'))
  const material = verifyFull(home)
  const subject = () => material.current().roots.certificates[0]?.subject
  expect(subject()).toBe('O=Verifull, CN=Verifull test root')
  swap('v2')
  expect(subject()).toBe('O=Verifull, CN=Verifull test root of somebody else')
  swap('v3')
  expect(subject()).toBe('O=Verifull, CN=Verifull test root of somebody else')
  expect(material.current().roots.kind).toBe('file')
})

test('root.crt is gone, and the secret names a host that is new → nothing weaker is trusted for it', () => {
  const home = homeWith({ 'root.crt': root.certificate })
  const path = join(home, '.postgresql', 'root.crt')
  const secrets = async () => ({ user: 'app', password: 'kahGh2-eiYo9', host: 'db.example' })
  const environment = { NODE_ENV: 'production', HOME: home, SSL_CERT_FILE: system }
  const { profile } = resolveProfile({ settings: { secrets, environment } })
  unlinkSync(path)
  for (const host of ['db.example', 'orders.cluster-abc.eu-west-1.rds.amazonaws.com']) {
    const outcome = () => {
      const material = profile.tlsFor(tcp(host, 5432)) as FileMaterial
      return material.current().roots.certificates.map(({ subject }) => subject)
    }
    if (host === 'db.example') expect(outcome()).toEqual(['O=Verifull, CN=Verifull test root'])
    else expect(outcome).toThrow(`sslrootcert "${path}" (the default file) was in use and is gone`)
  }
})

describe("the system's file of roots", () => {
  /** A machine whose only file of roots has this text, if any. */
  class Machine extends WatchedFiles {
    readonly #text: string | undefined

    constructor(text: string | undefined, before?: ReadonlySet<string>) {
      super(before)
      this.#text = text
    }

    override look(path: string) {
      return path === BUNDLE && this.#text !== undefined ? statSync(system) : 'absent'
    }

    override read(path: string) {
      if (path !== BUNDLE || this.#text === undefined) return { what: 'does not exist', missing: true }
      return { bytes: Buffer.from(this.#text), stats: statSync(system) }
    }
  }

  const BUNDLE = '/etc/ssl/certs/ca-certificates.crt'
  const ofNode = { rootCertificates: [otherRoot.certificate] }
  const rootsOf = (files: WatchedFiles) => {
    const problems: Problem[] = []
    const reading = { files, problems, environment: {}, homeDirectory: undefined, platform: 'linux' as const }
    return {
      place: readSystemRoots('system', reading, ofNode)?.place,
      problems: problems.map(({ message }) => message),
    }
  }
  const there = new Machine(root.certificate)

  test('is there → it is used', () => {
    expect(rootsOf(there)).toEqual({ place: BUNDLE, problems: [] })
    expect([...there.inUse]).toEqual([BUNDLE])
  })

  test.each([
    ['gone', undefined],
    ['damaged', 'garbage'],
    ['empty', ''],
  ])('was in use and is %s → the roots of Node do not take its place', (_what, text) => {
    const message = `the system's file of roots, ${BUNDLE}, was in use and is gone or damaged; put it back, or start the application again if it is to do without it`
    expect(rootsOf(new Machine(text, there.inUse))).toEqual({ place: undefined, problems: [message] })
  })

  test('was not there at the start → those of Node', () => {
    expect(rootsOf(new Machine(undefined))).toEqual({ place: 'bundled with Node', problems: [] })
  })
})
