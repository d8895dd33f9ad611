import dns from 'node:dns'
import { createServer, type IncomingMessage, type RequestListener } from 'node:http'
import { globalAgent } from 'node:https'
import { createRequire } from 'node:module'
import { type AddressInfo, connect } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import { blackHole, createHierarchy, type Hierarchy, type ServerCertificate } from '@verifull/test-harness/fixtures'
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { vaultKv } from '../../src/stores/vault/kv.ts'
import type { VaultAuth, VaultSettings } from '../../src/stores/vault/settings.ts'
import { Folder } from '../tls/fixture.ts'
import { ask, failureOf } from './ask.ts'
import { CANARY, expectNoCanary } from './canary.ts'
import { HAVE_BAO, useVault } from './vault-fixture.ts'

const vault = useVault()
const folder = new Folder()
const PATH = 'secret/data/app'
const given: VaultAuth = { method: 'token', token: CANARY }
const root = (): VaultAuth => ({ method: 'token', token: vault.bao.rootToken })
const provider = (address: string, settings: VaultSettings = {}) =>
  vaultKv({ address, auth: given, path: PATH, ...settings }, {})

const stops: (() => unknown)[] = []
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop()
})

/** A web server for one test; resolves with its address. */
async function webServer(answer: RequestListener): Promise<string> {
  const server = createServer(answer).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  stops.push(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** Responds to every request with the same page. */
const page =
  (status: number, type: string, text: string): RequestListener =>
  (_, to) => {
    to.writeHead(status, { 'content-type': type }).end(text)
  }

describe.runIf(HAVE_BAO)('the way to Vault', () => {
  let hierarchy: Hierarchy
  beforeAll(async () => {
    hierarchy = await createHierarchy()
    await vault.bao.api('POST', PATH, { data: { username: 'app', password: CANARY } })
  })

  /** The store behind TLS; resolves with its address. */
  async function behindTls(certificate: ServerCertificate, host = 'localhost'): Promise<string> {
    const { chain, key } = hierarchy.servers[certificate]
    const server = createTlsServer({ cert: chain, key }, (socket) => {
      const onward = connect(vault.bao.directPort, '127.0.0.1')
      socket.on('error', () => onward.destroy())
      onward.on('error', () => socket.destroy())
      socket.pipe(onward).pipe(socket)
    }).listen(0, '127.0.0.1')
    server.on('tlsClientError', () => {})
    await new Promise((resolve) => server.once('listening', resolve))
    stops.push(() => server.close())
    return `https://${host}:${(server.address() as AddressInfo).port}`
  }

  describe('is verified TLS', () => {
    test('by a CA as text, or in a file that is read again', async () => {
      const address = await behindTls('good')
      const { root: own, otherRoot } = hierarchy
      expect(await ask(provider(address, { auth: root(), ca: own.certificate }))).toMatchObject({ user: 'app' })
      const ca = folder.write('ca.crt', otherRoot.certificate)
      const secrets = provider(address, { auth: root(), ca })
      expect((await failureOf(secrets)).retryable).toBe(false)
      folder.write('ca.crt', own.certificate)
      expect(await ask(secrets)).toMatchObject({ user: 'app' })
    })

    test.each<[string, ServerCertificate, string | undefined, string, string]>([
      ['no CA', 'good', undefined, 'UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'set VAULT_CACERT to the CA of the store'],
      ['another CA', 'good', 'otherRoot', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'set VAULT_CACERT to the CA of the store'],
      ['an expired certificate', 'expired', 'root', 'CERT_HAS_EXPIRED', 'renew the certificate of the store'],
      ['another host', 'otherHost', 'root', 'ERR_TLS_CERT_ALTNAME_INVALID', 'set VAULT_ADDR to a name that stands in'],
    ])('which fails with %s', async (_, certificate, ca, code, fix) => {
      const pem = ca === 'root' ? hierarchy.root.certificate : ca && hierarchy.otherRoot.certificate
      const error = await failureOf(provider(await behindTls(certificate), pem ? { ca: pem } : {}))
      expect(error).toMatchObject({ code: 'CREDENTIALS_UNAVAILABLE', retryable: false })
      expect(error.message).toContain(
        `secret "secret/data/app" of Vault cannot be read: the certificate at VAULT_ADDR failed verification (${code}); ${fix}`,
      )
      expectNoCanary(error)
    })

    test('whatever the process has been told', async () => {
      const before = { ...globalAgent.options }
      globalAgent.options.rejectUnauthorized = false
      process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0'
      try {
        expect(await failureOf(provider(await behindTls('good')))).toMatchObject({ retryable: false })
      } finally {
        delete process.env.NODE_TLS_REJECT_UNAUTHORIZED
        globalAgent.options = before
      }
    })

    test('with a CA that can be read', async () => {
      const error = await failureOf(provider(await behindTls('good'), { ca: '/nowhere/ca.crt' }))
      expect(error).toMatchObject({ code: 'CREDENTIALS_INVALID', retryable: false })
      expect(error.message).toBe('the CA of Vault, "/nowhere/ca.crt", does not exist; correct VAULT_CACERT')
    })
  })

  describe('leads nowhere else', () => {
    test('by a name of this machine that leads to another', async () => {
      const heard: string[] = []
      const address = await webServer((from, to) => {
        heard.push(...from.rawHeaders)
        page(200, 'application/json', '{}')(from, to)
      })
      const named = address.replace('127.0.0.1', 'localhost')
      const secrets = provider(named)
      const lookup = vi.spyOn(dns, 'lookup')
      const leadsTo = (found: string) =>
        lookup.mockImplementation(((_name: string, _options: unknown, done: (error: null, all: object) => void) =>
          done(null, [{ address: found, family: 4 }])) as never)
      leadsTo('192.0.2.1')
      const error = await failureOf(secrets)
      expect(error).toMatchObject({ code: 'CREDENTIALS_INVALID', retryable: false })
      expect(error.message).toBe(
        'secret "secret/data/app" of Vault is not requested: VAULT_ADDR is plain http to "localhost", which does not lead to this machine; use https:',
      )
      expect(heard).toEqual([])
      leadsTo('127.0.0.1')
      await failureOf(secrets)
      expect(heard).toContain('X-Vault-Token')
      lookup.mockRestore()
    })

    test.each([301, 302, 307, 308])('by a redirect: %i', async (status) => {
      const heard: string[] = []
      const elsewhere = await webServer((from, to) => {
        heard.push(...from.rawHeaders)
        page(200, 'application/json', '{}')(from, to)
      })
      const standby = await webServer((from, to) => {
        to.writeHead(status, { location: `${elsewhere}${from.url}` }).end()
      })
      const error = await failureOf(provider(standby), 2000)
      expect(heard).toEqual([])
      expect(error).toMatchObject({ code: 'CREDENTIALS_UNAVAILABLE', retryable: true })
      expect(error.message).toContain(
        `cannot be read: the response is a redirect (HTTP ${status}), which is not followed`,
      )
    })

    test('by a proxy of the environment', async () => {
      const heard: IncomingMessage[] = []
      const proxy = await webServer((from, to) => {
        heard.push(from)
        page(200, 'application/json', '{}')(from, to)
      })
      const names = ['http_proxy', 'https_proxy', 'HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY']
      Object.assign(process.env, Object.fromEntries(names.map((name) => [name, proxy])))
      try {
        const address = await behindTls('good')
        const settings = { auth: root(), ca: hierarchy.root.certificate }
        expect(await ask(provider(address, settings))).toMatchObject({ user: 'app' })
        expect(await ask(provider(vault.bao.url, settings))).toMatchObject({ user: 'app' })
        expect(heard).toEqual([])
      } finally {
        for (const name of names) delete process.env[name]
      }
    })

    test('by variables of node-vault', async () => {
      const names = { VAULT_ADDR: 'http://127.0.0.1:1', VAULT_TOKEN: 'x', VAULT_NAMESPACE: 'x', VAULT_PREFIX: '/x' }
      Object.assign(process.env, names)
      try {
        expect(await ask(provider(vault.bao.url, { auth: root() }))).toMatchObject({ user: 'app' })
      } finally {
        for (const name of Object.keys(names)) delete process.env[name]
      }
    })
  })

  test('shows nothing with DEBUG=*', async () => {
    const itsOwn = createRequire(createRequire(import.meta.url).resolve('node-vault'))
    const debug = itsOwn('debug')
    const lines: unknown[] = []
    debug.log = (...said: unknown[]) => lines.push(...said)
    debug.enable('*')
    try {
      debug('positive-twin')('is heard')
      const { roleId, secretId } = await appRole()
      await ask(provider(vault.bao.url, { auth: { method: 'approle', roleId, secretId } }))
      expect(lines.join()).toContain('is heard')
      expect(lines.join()).not.toContain(secretId)
      expectNoCanary(lines)
    } finally {
      debug.disable()
    }
  })

  async function appRole() {
    await vault.bao.api('POST', 'sys/auth/approle', { type: 'approle' })
    await vault.bao.api('PUT', 'sys/policies/acl/reader', { policy: `path "${PATH}" { capabilities = ["read"] }` })
    await vault.bao.api('POST', 'auth/approle/role/app', { token_policies: ['reader'] })
    const { data } = await vault.bao.api('GET', 'auth/approle/role/app/role-id')
    const made = await vault.bao.api('POST', 'auth/approle/role/app/secret-id')
    return { roleId: String(data?.role_id), secretId: String(made.data?.secret_id) }
  }

  describe('ends', () => {
    test('when the store does not answer in time', async () => {
      const hole = await blackHole()
      stops.push(() => hole.stop())
      const error = await failureOf(provider(`http://127.0.0.1:${hole.port}`, { timeoutMs: 200 }), 3000)
      expect(error).toMatchObject({ code: 'CREDENTIALS_UNAVAILABLE', retryable: true })
      expect(error.message).toContain(
        'cannot be read now: no response from VAULT_ADDR (ETIMEDOUT); the request is retried',
      )
      expect(hole.accepted).toBeGreaterThanOrEqual(2)
      await expect.poll(() => hole.open).toBe(0)
    })

    test('when nobody waits any more', async () => {
      let open = 0
      const slow = await webServer((from, to) => {
        if (from.url?.includes('lookup-self')) return page(403, 'application/json', '{}')(from, to)
        open++
        from.socket.once('close', () => open--)
      })
      const controller = new AbortController()
      const asking = provider(slow, { timeoutMs: 60_000 })({ signal: controller.signal })
      await expect.poll(() => open).toBe(1)
      controller.abort(new Error('enough'))
      await expect(asking).rejects.toThrow('enough')
      await expect.poll(() => open).toBe(0)
    })

    test('in an answer that has no end', async () => {
      const endless = await webServer((_, to) => {
        to.writeHead(200, { 'content-type': 'application/json' })
        const more = setInterval(() => to.write('x'.repeat(1_000_000)), 1)
        to.once('close', () => clearInterval(more))
      })
      const error = await failureOf(provider(endless), 3000)
      expect(error.message).toContain('(EMSGSIZE)')
    })
  })

  test.each<[string, RequestListener, string]>([
    [
      'a web page',
      page(200, 'text/html', `<html>${CANARY}</html>`),
      'the response (HTTP 200) is not from Vault; check VAULT_ADDR',
    ],
    [
      'a page of an error',
      page(404, 'text/html', `<html>${CANARY}</html>`),
      'the response (HTTP 404) is not from Vault; check VAULT_ADDR',
    ],
    ['a gateway', page(502, 'text/html', CANARY), 'the response (HTTP 502) is not from Vault; check VAULT_ADDR'],
    ['a list', page(200, 'application/json', `["${CANARY}"]`), 'is not an object'],
    ['a cut connection', (from) => void from.socket.destroy(), '(ECONNRESET); the request is retried'],
  ])('may lead to %s', async (_, answer, what) => {
    const error = await failureOf(provider(await webServer(answer)), 2000)
    expect(error).toMatchObject({ place: { store: 'Vault', secret: PATH } })
    expect(error.message).toContain(what)
    expectNoCanary(error)
  })
})
