import { generateKeyPairSync, sign } from 'node:crypto'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { createHierarchy } from '@verifull/test-harness/fixtures'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ask, failureOf } from './ask.ts'
import { useVaultAuth } from './vault-auth-fixture.ts'
import { HAVE_BAO } from './vault-fixture.ts'

const { folder, provider, revokeAll, vault } = useVaultAuth()
const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' })

/** A JWT of this test file's issuer. */
function jwt(claims: object): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const now = Math.floor(Date.now() / 1000)
  const text = `${part({ alg: 'ES256', typ: 'JWT' })}.${part({ iat: now, exp: now + 600, ...claims })}`
  const signature = sign('sha256', Buffer.from(text), { key: keys.privateKey, dsaEncoding: 'ieee-p1363' })
  return `${text}.${signature.toString('base64url')}`
}

describe.runIf(HAVE_BAO)('Vault lets in', () => {
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
        'the login at auth/gitlab was rejected (HTTP 400); check VAULT_JWT_ROLE, whether the token',
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
      expect(error.message).toContain('auth/kubernetes was rejected (HTTP 403); check VAULT_K8S_ROLE')
    })

    test('outside of a pod says which file is missing', async () => {
      const error = await failureOf(provider({ method: 'kubernetes', role: 'orders' }), 1000)
      expect(error).toMatchObject({ code: 'CREDENTIALS_DENIED', retryable: true })
      expect(error.message).toContain('"/var/run/secrets/kubernetes.io/serviceaccount/token" does not exist')
    })
  })
})
