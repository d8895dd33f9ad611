import type net from 'node:net'
import type { AddressInfo } from 'node:net'
import tls from 'node:tls'
import { createAuthority, createHierarchy, type Issued } from '@verifull/test-harness/fixtures'
import { describe, expect, test } from 'vitest'
import { Folder, load } from './fixture.ts'

const { root, intermediate, otherRoot, servers, clients, crls } = await createHierarchy()
const folder = new Folder()
const GROUPS = 'prime256v1:X25519'

/** Result of a handshake: `accepted`, or the code of the failure. */
async function handshake(
  given: Parameters<typeof load>[0],
  server: Issued,
  options: tls.TlsOptions = {},
): Promise<string> {
  const listener = tls.createServer({ cert: server.chain, key: server.key, ciphers: 'DEFAULT:@SECLEVEL=0', ...options })
  const sockets = new Set<net.Socket>()
  listener.on('connection', (socket: net.Socket) => sockets.add(socket))
  listener.on('secureConnection', (socket) => socket.on('error', () => {}).end('hello'))
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve))
  const secureContext = load(given).current().secureContext(GROUPS)
  const { port } = listener.address() as AddressInfo
  try {
    return await new Promise<string>((resolve) => {
      const socket = tls.connect({ host: '127.0.0.1', port, secureContext, checkServerIdentity: () => undefined })
      socket.once('error', (error: NodeJS.ErrnoException) => resolve(nameOf(error)))
      // The server checks a client certificate after the client is done: its first byte means success.
      socket.once('data', () => resolve('accepted'))
      socket.once('close', () => resolve('closed'))
    })
  } finally {
    for (const socket of sockets) socket.destroy()
    await new Promise((resolve) => listener.close(resolve))
  }
}

/** Node has no codes for refusals of security level 2 in a chain, only OpenSSL's messages. */
function nameOf({ code, message }: NodeJS.ErrnoException): string {
  return code === undefined || code === 'UNSPECIFIED' ? message : code
}

const sslrootcert = folder.write('root.crt', root.certificate)
const environment = { SSL_CERT_FILE: sslrootcert }

describe('a chain is', () => {
  const otherRootcert = otherRoot.certificate
  test.each([
    ['accepted where it leads to the root', { sslrootcert }, servers.good, 'accepted'],
    [
      'refused where it leads to another',
      { sslrootcert: otherRootcert },
      servers.good,
      'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    ],
    ["refused where it is another root's", { sslrootcert }, servers.wrongAuthority, 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
    [
      'accepted by the other root in a bundle',
      { sslrootcert: root.certificate + otherRootcert },
      servers.wrongAuthority,
      'accepted',
    ],
    ['accepted with its intermediate', { sslrootcert }, servers.viaIntermediate, 'accepted'],
    ['refused without it', { sslrootcert }, servers.missingIntermediate, 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
    [
      'refused where only the intermediate is trusted',
      { sslrootcert: intermediate.certificate },
      servers.viaIntermediate,
      'UNABLE_TO_GET_ISSUER_CERT',
    ],
    [
      'refused where the leaf itself is trusted',
      { sslrootcert: servers.good.certificate },
      servers.good,
      'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    ],
    [
      'accepted where a self-signed leaf is its own root',
      { sslrootcert: servers.selfSigned.certificate },
      servers.selfSigned,
      'accepted',
    ],
    ['refused where a self-signed leaf is not', { sslrootcert }, servers.selfSigned, 'DEPTH_ZERO_SELF_SIGNED_CERT'],
    ['refused where it is expired', { sslrootcert }, servers.expired, 'CERT_HAS_EXPIRED'],
    ['refused where it is not valid yet', { sslrootcert }, servers.notYetValid, 'CERT_NOT_YET_VALID'],
    ['refused where it is for clients', { sslrootcert }, servers.forClients, 'INVALID_PURPOSE'],
    ['accepted with system roots', { sslrootcert: 'system', environment }, servers.good, 'accepted'],
    [
      'refused with other system roots',
      { sslrootcert: 'system', environment },
      servers.wrongAuthority,
      'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    ],
    ["refused without any root, Node's own included", {}, servers.good, 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
  ])('%s', async (_, given, server, outcome) => {
    expect(await handshake(given, server)).toBe(outcome)
  })
})

describe('with revocation lists, a chain is', () => {
  test.each([
    ['accepted where nothing is revoked', { sslrootcert, sslcrl: crls.empty }, servers.revoked, 'accepted'],
    ['refused where it is revoked', { sslrootcert, sslcrl: crls.revoking }, servers.revoked, 'CERT_REVOKED'],
    ['accepted where another one is revoked', { sslrootcert, sslcrl: crls.revoking }, servers.good, 'accepted'],
    [
      'refused with system roots, too',
      { sslrootcert: 'system', environment, sslcrl: crls.revoking },
      servers.revoked,
      'CERT_REVOKED',
    ],
    [
      'accepted with system roots where nothing is revoked',
      { sslrootcert: 'system', environment, sslcrl: crls.empty },
      servers.revoked,
      'accepted',
    ],
    ['refused where the list is overdue', { sslrootcert, sslcrl: crls.stale }, servers.good, 'CRL_HAS_EXPIRED'],
    [
      "refused where the intermediate's list is missing",
      { sslrootcert, sslcrl: crls.rootOnly },
      servers.viaIntermediate,
      'UNABLE_TO_GET_CRL',
    ],
    ["accepted with the intermediate's list", { sslrootcert, sslcrl: crls.empty }, servers.viaIntermediate, 'accepted'],
  ])('%s', async (_, given, server, outcome) => {
    expect(await handshake(given, server)).toBe(outcome)
  })
})

describe('too weak is', () => {
  test('a server key of 1024 bits, and not one of 2048', async () => {
    expect(await handshake({ sslrootcert }, servers.smallKey)).toBe('EE certificate key too weak')
    expect(await handshake({ sslrootcert }, servers.rsa)).toBe('accepted')
  })

  test('a signature with SHA-1, and not one with SHA-256', async () => {
    expect(await handshake({ sslrootcert }, servers.sha1)).toBe('CA signature digest algorithm too weak')
    expect(await handshake({ sslrootcert }, servers.good)).toBe('accepted')
  })

  test('a root key of 1024 bits, and not one of 2048', async () => {
    for (const [keyType, outcome] of [
      ['rsa1024', /^CA certificate key too weak$/],
      ['rsa2048', /accepted/],
    ] as const) {
      const authority = await createAuthority({ keyType })
      const server = await authority.issue({ usage: 'server', dnsNames: ['db.test'] })
      expect(await handshake({ sslrootcert: authority.certificate }, server)).toMatch(outcome)
    }
  })

  test('TLS 1.1, and not 1.2', async () => {
    const ciphers = 'DEFAULT:@SECLEVEL=0'
    const oldest = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers } as const
    expect(await handshake({ sslrootcert }, servers.good, oldest)).toMatch(/PROTOCOL/)
    expect(await handshake({ sslrootcert }, servers.good, { maxVersion: 'TLSv1.2' })).toBe('accepted')
  })
})

describe('the range of protocol versions is kept', () => {
  test.each([
    ['from TLSv1.3', { minVersion: 'TLSv1.3' }, 'TLSv1.3', 'TLSv1.2'],
    ['up to TLSv1.2', { maxVersion: 'TLSv1.2' }, 'TLSv1.2', 'TLSv1.3'],
  ] as const)('%s', async (_, range, spoken, refused) => {
    const only = (version: 'TLSv1.2' | 'TLSv1.3') => ({ minVersion: version, maxVersion: version })
    expect(await handshake({ sslrootcert, ...range }, servers.good, only(spoken))).toBe('accepted')
    expect(await handshake({ sslrootcert, ...range }, servers.good, only(refused))).toMatch(/PROTOCOL/)
  })
})

describe('a client certificate is', () => {
  const demanding = { requestCert: true, rejectUnauthorized: true, ca: root.certificate }
  const presenting = ({ chain, key }: Issued) => ({ sslrootcert, sslcert: chain, sslkey: key })

  test.each([
    ['sent', presenting(clients.good), /^accepted$/],
    ['sent with its chain', presenting(clients.viaIntermediate), /^accepted$/],
    [
      'sent even where the server will refuse it',
      presenting(clients.wrongAuthority),
      /^(closed|ECONNRESET|.*ALERT.*)$/,
    ],
    [
      'not sent with sslcertmode=disable',
      { ...presenting(clients.good), sslcertmode: 'disable' as const },
      /^(closed|ECONNRESET|.*ALERT.*)$/,
    ],
    ['not sent where there is none', { sslrootcert }, /^(closed|ECONNRESET|.*ALERT.*)$/],
  ])('%s', async (_, given, outcome) => {
    expect(await handshake(given, servers.good, demanding)).toMatch(outcome)
  })
})
