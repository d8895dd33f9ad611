import { generateKeyPairSync, sign } from 'node:crypto'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createHierarchy } from '../../../../test-harness/src/certificates/hierarchy.ts'
import { vaultKv } from '../../src/stores/vault/kv.ts'
import type { VaultAuth } from '../../src/stores/vault/settings.ts'
import { Folder } from '../tls/fixture.ts'
import { ask, failureOf } from './ask.ts'
import { CANARY, expectNoCanary, watch } from './canary.ts'
import { HAVE_BAO, until, useVault } from './vault-fixture.ts'

const vault = useVault()
const folder = new Folder()
const seen = watch()
const PATH = 'secret/data/app'
const READ = `path "secret/data/*" { capabilities = ["read"] }`
const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' })

const provider = (auth: VaultAuth) => vaultKv({ address: vault.bao.url, path: PATH, auth }, {})
const logins = (mount: string) =>
  vault.bao.requests.filter(({ what }) => what === `POST /v1/auth/${mount}/login`).length

/** A JWT of this test file's own issuer. */
function jwt(claims: object): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const now = Math.floor(Date.now() / 1000)
  const text = `${part({ alg: 'ES256', typ: 'JWT' })}.${part({ iat: now, exp: now + 600, ...claims })}`
  const signature = sign('sha256', Buffer.from(text), { key: keys.privateKey, dsaEncoding: 'ieee-p1363' })
  return `${text}.${signature.toString('base64url')}`
}

describe.runIf(HAVE_BAO)('Vault lets in', () => {
  beforeAll(async () => {
    const { bao } = vault
    await bao.api('POST', PATH, { data: { username: 'app', password: CANARY } })
    await bao.api('PUT', 'sys/policies/acl/reader', { policy: READ })
  })

  /** A role of AppRole, with its id. */
  let roles = 0
  async function role(wanted: object = {}, mount = 'approle') {
    const name = `role-${++roles}`
    await vault.bao.api('POST', `sys/auth/${mount}`, { type: 'approle' }).catch(() => {})
    await vault.bao.api('POST', `auth/${mount}/role/${name}`, { token_policies: ['reader'], ...wanted })
    const { data } = await vault.bao.api('GET', `auth/${mount}/role/${name}/role-id`)
    const secretId = async (headers = {}) => {
      const answer = await vault.bao.api('POST', `auth/${mount}/role/${name}/secret-id`, {}, headers)
      return { secretId: String(answer.data?.secret_id), wrapped: answer.wrap_info?.token ?? '' }
    }
    return { name, roleId: String(data?.role_id), secretId, wrapped: async () => (await secretId(WRAP)).wrapped }
  }
  const WRAP = { 'X-Vault-Wrap-TTL': '300' }
  /** Takes their token from all who have logged in by AppRole. */
  const revokeAll = (mount = 'approle') => vault.bao.api('POST', `sys/leases/revoke-prefix/auth/${mount}`)

  describe('a token', () => {
    test.each([
      ['that may look itself up', {}],
      ['that may do nothing but read', { no_default_policy: true }],
      ['of batch type', { type: 'batch' }],
      ['that is periodic', { period: '1h' }],
    ])('%s', async (_, wanted) => {
      const token = await vault.token(READ, wanted)
      expect(await ask(provider({ method: 'token', token }))).toMatchObject({ user: 'app' })
    })

    test.concurrent('and keeps it while nobody asks', async () => {
      const token = await vault.token(READ, { period: '4s' })
      const secrets = provider({ method: 'token', token })
      await ask(secrets)
      await sleep(9000)
      expect(await ask(secrets)).toMatchObject({ user: 'app' })
    })

    test.concurrent('until it ends, and says so', async () => {
      const secrets = provider({ method: 'token', token: await vault.token(READ, { ttl: '2s', renewable: false }) })
      await ask(secrets)
      await sleep(2500)
      const error = await failureOf(secrets)
      expect(error).toMatchObject({ code: 'CREDENTIALS_DENIED', retryable: false })
      expect(error.message).toContain('whether it has expired')
    })

    test.concurrent('no longer than somebody has a use for it', async () => {
      const token = await vault.token(READ, { period: '3s' })
      await ask(provider({ method: 'token', token }))
      const { setFlagsFromString } = await import('node:v8')
      const { runInNewContext } = await import('node:vm')
      setFlagsFromString('--expose-gc')
      const collect: () => void = runInNewContext('gc')
      await until(async () => {
        collect()
        return await vault.bao.api('POST', 'auth/token/lookup', { token }).then(
          () => false,
          () => true,
        )
      })
    })

    test('from a file that an agent writes late, and writes again', async () => {
      const secrets = provider({ method: 'token', token: { file: join(folder.path, 'agent-token') } })
      const waiting = ask(secrets)
      const [first, second] = [await vault.token(READ), await vault.token(READ)]
      folder.write('agent-token', `${first}\n`)
      expect(await waiting).toMatchObject({ user: 'app' })
      folder.write('agent-token', second)
      await vault.bao.api('POST', 'auth/token/revoke', { token: first })
      expect(await ask(secrets)).toMatchObject({ user: 'app' })
    })
  })

  describe('an AppRole', () => {
    test('with a secret id', async () => {
      const { roleId, secretId } = await role()
      expect(await ask(provider({ method: 'approle', roleId, ...(await secretId()) }))).toMatchObject({ user: 'app' })
    })

    test('without one, where the role wants none', async () => {
      const { roleId } = await role({ bind_secret_id: false, token_bound_cidrs: ['127.0.0.0/8'] })
      expect(await ask(provider({ method: 'approle', roleId }))).toMatchObject({ user: 'app' })
    })

    test('at a mount of its own', async () => {
      const { roleId, secretId } = await role({}, 'team/robots')
      const auth: VaultAuth = { method: 'approle', roleId, ...(await secretId()), mount: 'team/robots' }
      expect(await ask(provider(auth))).toMatchObject({ user: 'app' })
    })

    test('once for all who ask at the same time', async () => {
      const { roleId, secretId } = await role({}, 'crowd')
      const secrets = provider({ method: 'approle', roleId, ...(await secretId()), mount: 'crowd' })
      await Promise.all(Array.from({ length: 50 }, () => ask(secrets)))
      expect(logins('crowd')).toBe(1)
    })

    test('again when its token has been revoked, with the secret id that the file has by then', async () => {
      const { roleId, secretId } = await role({ secret_id_num_uses: 1 })
      const file = folder.write('secret-id', (await secretId()).secretId)
      const secrets = provider({
        method: 'approle',
        roleId: { file: folder.write('role-id', roleId) },
        secretId: { file },
      })
      await ask(secrets)
      await revokeAll()
      const error = await failureOf(secrets)
      expect(error).toMatchObject({ code: 'CREDENTIALS_DENIED', retryable: false })
      expect(error.message).toBe(
        'Vault does not let us in for secret "secret/data/app": the login at auth/approle was refused (400); ' +
          'check VAULT_ROLE_ID, VAULT_NAMESPACE, and whether the secret id has expired or has been used up',
      )
      folder.write('secret-id', (await secretId()).secretId)
      expect(await ask(secrets)).toMatchObject({ user: 'app' })
    })

    test.concurrent('whose token ends at its greatest age, over and over', async () => {
      const { roleId, secretId } = await role({ token_ttl: '3s', token_max_ttl: '6s' }, 'short')
      const secrets = provider({ method: 'approle', roleId, ...(await secretId()), mount: 'short' })
      for (const end = Date.now() + 15_000; Date.now() < end; await sleep(100)) {
        expect(await ask(secrets)).toMatchObject({ user: 'app' })
      }
      expect(logins('short')).toBeGreaterThanOrEqual(3)
      expect(vault.asked()).toContain('POST auth/token/renew-self')
    })

    test.concurrent('and leaves the store in peace when its token has ended and its secret id is used up', async () => {
      const { roleId, secretId } = await role({ secret_id_num_uses: 1, token_ttl: '3s', token_max_ttl: '3s' }, 'once')
      const secrets = provider({ method: 'approle', roleId, ...(await secretId()), mount: 'once' })
      await ask(secrets)
      await sleep(9000)
      expect(logins('once')).toBeLessThanOrEqual(4)
      expect((await failureOf(secrets)).message).toContain('the login at auth/once was refused (400)')
    })

    test.concurrent('with batch tokens, which cannot be renewed', async () => {
      const { roleId, secretId } = await role({ token_type: 'batch', token_ttl: '3s' }, 'batch')
      const secrets = provider({ method: 'approle', roleId, ...(await secretId()), mount: 'batch' })
      await ask(secrets)
      await sleep(4000)
      expect(await ask(secrets)).toMatchObject({ user: 'app' })
      expect(logins('batch')).toBeGreaterThanOrEqual(2)
    })

    test('does not let it log in again for what it may not read', async () => {
      const { roleId, secretId } = await role({ secret_id_num_uses: 1 }, 'denied')
      const auth: VaultAuth = { method: 'approle', roleId, ...(await secretId()), mount: 'denied' }
      const error = await failureOf(vaultKv({ address: vault.bao.url, path: 'cubbyhole/../sys/raw', auth }, {}))
      expect(error).toMatchObject({ code: 'CREDENTIALS_DENIED' })
      expect(error.message).toContain('may not be read (403)')
      expect(logins('denied')).toBe(1)
    })

    test('keeps a token that may not look itself up where another is not to be had', async () => {
      const { roleId, secretId } = await role({ secret_id_num_uses: 1, token_no_default_policy: true })
      const secrets = provider({ method: 'approle', roleId, ...(await secretId()) })
      await ask(secrets)
      vault.bao.fail({ status: 403, body: { errors: [] } }, /secret\/data/)
      expect((await failureOf(secrets)).message).toContain('was refused (400)')
      vault.bao.fail(undefined)
      expect(await ask(secrets)).toMatchObject({ user: 'app' })
    })

    test('stays in while the store fails to renew', async () => {
      const { roleId, secretId } = await role({ token_ttl: '6s' })
      const secrets = provider({ method: 'approle', roleId, ...(await secretId()) })
      await ask(secrets)
      vault.bao.fail({ status: 503, body: { errors: [] } }, /renew|login/)
      await sleep(4500)
      expect(await ask(secrets)).toMatchObject({ user: 'app' })
      expect(vault.asked()).toContain('POST auth/token/renew-self')
    })
  })

  describe('a wrapped secret id', () => {
    test('once, and remembers it', async () => {
      const { name, roleId, wrapped } = await role({ secret_id_num_uses: 5 })
      const auth: VaultAuth = { method: 'approle', roleId, role: name, wrappedSecretId: await wrapped() }
      const [one, other] = [provider(auth), provider(auth)]
      await Promise.all([ask(one), ask(other)])
      expect(vault.asked().filter((what) => what.endsWith('unwrap'))).toHaveLength(1)
      await revokeAll()
      expect(await ask(one)).toMatchObject({ user: 'app' })
      expect(vault.asked().filter((what) => what.includes('wrapping'))).toEqual([])
    })

    test('of any role of the mount, where none is named', async () => {
      const { roleId, wrapped } = await role()
      expect(await ask(provider({ method: 'approle', roleId, wrappedSecretId: await wrapped() }))).toBeTruthy()
    })

    test('unless somebody has opened it', async () => {
      const { name, roleId, wrapped } = await role()
      const wrappedSecretId = await wrapped()
      await vault.bao.api('POST', 'sys/wrapping/unwrap', { token: wrappedSecretId })
      const error = await failureOf(provider({ method: 'approle', roleId, role: name, wrappedSecretId }))
      expect(error).toMatchObject({ code: 'CREDENTIALS_DENIED', retryable: false })
      expect(error.message).toBe(
        'Vault does not let us in for secret "secret/data/app": the wrapped secret id cannot be trusted, treat it as an ' +
          'intrusion: its wrapping is not valid any more, so it expired, or somebody else has opened it',
      )
      expect(error.message).not.toContain(wrappedSecretId)
    })

    test('unless it comes from elsewhere, and leaves it closed then', async () => {
      const [own, foreign] = [await role(), await role()]
      const { wrap_info } = await vault.bao.api('POST', 'sys/wrapping/wrap', { secret_id: CANARY }, WRAP)
      for (const [wrappedSecretId, name] of [
        [wrap_info?.token ?? '', undefined],
        [await foreign.wrapped(), own.name],
      ] as const) {
        const auth = { method: 'approle', roleId: own.roleId, wrappedSecretId, ...(name && { role: name }) } as const
        const error = await failureOf(provider(auth))
        expect(error.message).toContain('treat it as an intrusion: it was made by another endpoint than the role')
        expectNoCanary(error)
        expect(await vault.bao.api('POST', 'sys/wrapping/unwrap', { token: wrappedSecretId })).toHaveProperty('data')
      }
    })

    test('later, where the store is down for a while: that is no intrusion', async () => {
      const { name, roleId, wrapped } = await role()
      const secrets = provider({ method: 'approle', roleId, role: name, wrappedSecretId: await wrapped() })
      vault.bao.fail('down', /wrapping/)
      expect(await failureOf(secrets, 2000)).toMatchObject({ code: 'CREDENTIALS_UNAVAILABLE', retryable: true })
      vault.bao.fail(undefined)
      expect(await ask(secrets)).toMatchObject({ user: 'app' })
    })
  })

  describe('a JWT', () => {
    beforeAll(async () => {
      await vault.bao.api('POST', 'sys/auth/gitlab', { type: 'jwt' })
      const key = keys.publicKey.export({ type: 'spki', format: 'pem' })
      await vault.bao.api('POST', 'auth/gitlab/config', { jwt_validation_pubkeys: [key] })
      const wanted = { role_type: 'jwt', user_claim: 'sub', bound_audiences: ['vault'], token_policies: ['reader'] }
      await vault.bao.api('POST', 'auth/gitlab/role/deploy', wanted)
    })

    test('from a file, which is read again at the next login', async () => {
      const file = folder.write('jwt', jwt({ sub: 'job', aud: 'vault' }))
      const secrets = provider({ method: 'jwt', role: 'deploy', mount: 'gitlab', jwt: { file } })
      expect(await ask(secrets)).toMatchObject({ user: 'app' })
      await revokeAll('gitlab')
      folder.write('jwt', jwt({ sub: 'job', aud: 'vault', exp: 1 }))
      const error = await failureOf(secrets)
      expect(error).toMatchObject({ code: 'CREDENTIALS_DENIED', retryable: false })
      expect(error.message).toContain(
        'the login at auth/gitlab was refused (400); check VAULT_JWT_ROLE, whether the token',
      )
      folder.write('jwt', jwt({ sub: 'job', aud: 'vault' }))
      expect(await ask(secrets)).toMatchObject({ user: 'app' })
    })
  })

  describe('a service account of Kubernetes', () => {
    const reviewed: string[] = []
    const cluster = { stop: () => {} }
    const account = (name: string) =>
      jwt({
        iss: 'kubernetes/serviceaccount',
        sub: `system:serviceaccount:shop:${name}`,
        'kubernetes.io': { namespace: 'shop', serviceaccount: { name, uid: 'u-1' } },
      })

    beforeAll(async () => {
      const { servers, root } = await createHierarchy()
      const server = createServer({ cert: servers.good.chain, key: servers.good.key }, (from, to) => {
        const chunks: Buffer[] = []
        from.on('data', (chunk: Buffer) => chunks.push(chunk))
        from.on('end', () => {
          const { token } = JSON.parse(Buffer.concat(chunks).toString()).spec
          reviewed.push(token)
          const { sub } = JSON.parse(Buffer.from(token.split('.')[1], 'base64url').toString())
          const status = { authenticated: true, user: { username: sub, uid: 'u-1', groups: [] } }
          to.writeHead(201, { 'content-type': 'application/json' })
          to.end(JSON.stringify({ apiVersion: 'authentication.k8s.io/v1', kind: 'TokenReview', status }))
        })
      }).listen(0, '127.0.0.1')
      await new Promise((resolve) => server.once('listening', resolve))
      cluster.stop = () => {
        server.closeAllConnections()
        server.close()
      }
      await vault.bao.api('POST', 'sys/auth/kubernetes', { type: 'kubernetes' })
      await vault.bao.api('POST', 'auth/kubernetes/config', {
        kubernetes_host: `https://localhost:${(server.address() as AddressInfo).port}`,
        kubernetes_ca_cert: root.certificate,
        token_reviewer_jwt: account('reviewer'),
      })
      await vault.bao.api('POST', 'auth/kubernetes/role/orders', {
        bound_service_account_names: ['orders'],
        bound_service_account_namespaces: ['shop'],
        token_policies: ['reader'],
      })
    })
    afterAll(() => cluster.stop())

    test('by the token of the pod, which is read again at the next login', async () => {
      const file = folder.write('token', account('orders'))
      const secrets = provider({ method: 'kubernetes', role: 'orders', jwt: { file } })
      expect(await ask(secrets)).toMatchObject({ user: 'app' })
      const next = account('orders')
      folder.write('token', next)
      await revokeAll('kubernetes')
      expect(await ask(secrets)).toMatchObject({ user: 'app' })
      expect(reviewed.at(-1)).toBe(next)
    })

    test('but not another one', async () => {
      const file = folder.write('other', account('payments'))
      const error = await failureOf(provider({ method: 'kubernetes', role: 'orders', jwt: { file } }))
      expect(error).toMatchObject({ code: 'CREDENTIALS_DENIED', retryable: false })
      expect(error.message).toContain('auth/kubernetes was refused (403); check VAULT_K8S_ROLE')
    })

    test('outside of a pod says which file is missing', async () => {
      const error = await failureOf(provider({ method: 'kubernetes', role: 'orders' }), 1000)
      expect(error).toMatchObject({ code: 'CREDENTIALS_DENIED', retryable: true })
      expect(error.message).toContain('"/var/run/secrets/kubernetes.io/serviceaccount/token" does not exist')
    })
  })

  test('and tells nobody the secret', () => expectNoCanary(seen))
})
