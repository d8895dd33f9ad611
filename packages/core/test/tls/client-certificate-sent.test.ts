import { once } from 'node:events'
import net, { type AddressInfo } from 'node:net'
import tls from 'node:tls'
import { CERTIFICATE_USER, createHierarchy, type ServerCertificate } from '@verifull/test-harness/fixtures'
import { describe, expect, test } from 'vitest'
import { dial } from '../../src/dial/dial.ts'
import type { Settings } from '../../src/parameters/settings.ts'
import { resolveProfile } from '../../src/profile/resolve-profile.ts'
import { Folder } from './fixture.ts'

const { root, servers, clients, crls } = await createHierarchy()
const folder = new Folder()
const sslcert = folder.write('client.crt', clients.good.chain)
const sslkey = folder.write('client.key', clients.good.key)

type Version = 'TLSv1.2' | 'TLSv1.3'

const WEAK_ONES_TOO = { ciphers: 'DEFAULT:@SECLEVEL=0' }

/** A TLS server behind SSLRequest that requests a client certificate, accepts any and records its subject. */
class Recorder {
  readonly seen: string[] = []
  readonly #sockets = new Set<net.Socket>()
  readonly #outer: net.Server

  constructor({ chain, key }: { readonly chain: string; readonly key: string }, version: Version) {
    const options = {
      ...WEAK_ONES_TOO,
      cert: chain,
      key,
      minVersion: version,
      maxVersion: version,
      ALPNProtocols: ['postgresql'],
    }
    const inner = tls.createServer({ ...options, requestCert: true, rejectUnauthorized: false }, (secured) => {
      secured.on('error', () => {})
      this.seen.push(commonName(secured))
      secured.once('data', () => secured.write(Buffer.from('R\0\0\0\x08\0\0\0\0Z\0\0\0\x05I', 'latin1')))
    })
    inner.on('tlsClientError', (_error, secured) => {
      if (secured.getPeerCertificate()?.subject) this.seen.push(commonName(secured))
    })
    this.#outer = net.createServer((socket) => {
      this.#sockets.add(socket.on('error', () => {}))
      socket.once('data', () => {
        socket.write('S')
        inner.emit('connection', socket)
      })
    })
  }

  async start(): Promise<number> {
    this.#outer.listen(0, '127.0.0.1')
    await once(this.#outer, 'listening')
    return (this.#outer.address() as AddressInfo).port
  }

  /** Resolves once every socket is closed, and all records are complete. */
  async stop(): Promise<void> {
    const open = [...this.#sockets].filter((socket) => !socket.closed)
    await Promise.all(open.map((socket) => once(socket, 'close')))
    await new Promise((resolve) => this.#outer.close(resolve))
  }
}

function commonName(secured: tls.TLSSocket): string {
  const { subject } = secured.getPeerCertificate()
  return String(subject?.CN ?? 'no certificate')
}

/** Dials such a server a few times; resolves with the results and the recorded certificates. */
async function dialed(shown: ServerCertificate, version: Version, more: Settings = {}) {
  const recorder = new Recorder(servers[shown], version)
  const place = { host: 'db.test', hostaddr: '127.0.0.1', port: await recorder.start(), user: 'app', environment: {} }
  const client = { sslrootcert: root.certificate, sslcert, sslkey, policy: 'production' } as const
  const { profile } = resolveProfile({ settings: { ...place, ...client, ...more } })
  const outcomes = new Set<string>()
  for (let i = 0; i < TIMES; i++) {
    const outcome = dial(profile).then(
      ({ socket }) => void socket.destroy(),
      ({ code }: { code: string }) => code,
    )
    outcomes.add((await outcome) ?? 'connected')
  }
  await recorder.stop()
  return { outcomes: [...outcomes], seen: recorder.seen }
}

const TIMES = 3
const ALL = Array.from({ length: TIMES }, () => CERTIFICATE_USER)

type Failing = [shown: ServerCertificate, code: string, more?: Settings]

/** One server per check that a certificate may fail. */
const FAILING: readonly Failing[] = [
  ['wrongAuthority', 'TLS_ISSUER'],
  ['missingIntermediate', 'TLS_ISSUER'],
  ['selfSigned', 'TLS_ISSUER'],
  ['forClients', 'TLS_USAGE'],
  ['expired', 'TLS_EXPIRED'],
  ['notYetValid', 'TLS_EXPIRED'],
  ['revoked', 'TLS_REVOKED', { sslcrl: crls.revoking }],
  ['smallKey', 'TLS_WEAK'],
  ['otherHost', 'TLS_NAME'],
]

describe.each<Version>(['TLSv1.2', 'TLSv1.3'])('the client certificate, %s', (version) => {
  test('server that is verified → seen', async () => {
    expect(await dialed('good', version)).toEqual({ outcomes: ['connected'], seen: ALL })
  })

  test('server that is verified, sslcertmode=disable → none is seen', async () => {
    const none = Array.from({ length: TIMES }, () => 'no certificate')
    expect(await dialed('good', version, { sslcertmode: 'disable' })).toEqual({ outcomes: ['connected'], seen: none })
  })

  const [so, expected] = version === 'TLSv1.2' ? ['seen', ALL] : ['not seen', []]
  test.each<Failing>(FAILING)(
    `server with certificate %s → refused (%s), and ${so}`,
    async (shown, code, more = {}) => {
      expect(await dialed(shown, version, more)).toEqual({ outcomes: [code], seen: expected })
    },
  )
})
