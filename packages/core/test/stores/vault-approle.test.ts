import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { vaultKv } from '../../src/stores/vault/kv.ts'
import type { VaultAuth } from '../../src/stores/vault/settings.ts'
import { ask, failureOf } from './ask.ts'
import { CANARY, expectNoCanary } from './canary.ts'
import { useVaultAuth, WRAP } from './vault-auth-fixture.ts'
import { HAVE_BAO } from './vault-fixture.ts'

const { folder, logins, provider, revokeAll, role, vault } = useVaultAuth()

describe.runIf(HAVE_BAO)('Vault lets in', () => {
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
        'login to Vault for secret "secret/data/app" failed: the login at auth/approle was rejected (HTTP 400); ' +
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
      expect((await failureOf(secrets)).message).toContain('the login at auth/once was rejected (HTTP 400)')
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
      expect(error.message).toContain('cannot be read: permission denied (HTTP 403)')
      expect(logins('denied')).toBe(1)
    })

    test('keeps a token that may not look itself up where another is not to be had', async () => {
      const { roleId, secretId } = await role({ secret_id_num_uses: 1, token_no_default_policy: true })
      const secrets = provider({ method: 'approle', roleId, ...(await secretId()) })
      await ask(secrets)
      vault.bao.fail({ status: 403, body: { errors: [] } }, /secret\/data/)
      expect((await failureOf(secrets)).message).toContain('was rejected (HTTP 400)')
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
        'login to Vault for secret "secret/data/app" failed: the wrapping token of the secret id is no longer ' +
          'valid: it has expired, or was used by another client, which is an intrusion; ' +
          'issue a new one (vault write -wrap-ttl=… -f auth/approle/role/…/secret-id)',
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
        expect(error.message).toContain(
          'the secret id was not wrapped by the endpoint of the role: treat that as an intrusion',
        )
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
})
