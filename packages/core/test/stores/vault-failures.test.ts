import { setTimeout as sleep } from 'node:timers/promises'
import { type OpenBao, startOpenBao } from '@verifull/test-harness/secret-stores'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { cached } from '../../src/credentials/cached.ts'
import type { CredentialsError } from '../../src/errors/credentials-error.ts'
import { vaultDatabase } from '../../src/stores/vault/database.ts'
import { vaultKv } from '../../src/stores/vault/kv.ts'
import type { VaultAuth } from '../../src/stores/vault/settings.ts'
import { ask, failureOf } from './ask.ts'
import { CANARY, expectNoCanary, watch } from './canary.ts'
import { HAVE_BAO, useVault } from './vault-fixture.ts'

const vault = useVault()
const seen = watch()
const PATH = 'secret/data/app'
const root = (): VaultAuth => ({ method: 'token', token: vault.bao.rootToken })
const provider = () => vaultKv({ address: vault.bao.url, auth: root(), path: PATH, timeoutMs: 1000 }, {})

describe.runIf(HAVE_BAO)('Vault may be', () => {
  beforeAll(() => vault.bao.api('POST', PATH, { data: { username: 'app', password: CANARY } }))

  const passing = ['429, too many requests, or a standby', '472, a recovery node', '473, a performance standby']
  test.each([...passing, '412, this node does not have the newest state yet', '501, not initialized', '500', '502'])(
    'in trouble (%s), and the last good secret is used',
    async (what) => {
      const kept = cached(provider(), { ttlMs: 1 })
      await ask(kept)
      vault.bao.fail({ status: Number.parseInt(what, 10), body: { errors: [CANARY] } })
      const error = await failureOf(provider(), 1000)
      expect(error).toMatchObject({ code: 'CREDENTIALS_UNAVAILABLE', retryable: true, place: PLACE })
      expect(error.message).toBe(
        `secret "${PATH}" of Vault cannot be read now (HTTP ${what}); the request is retried; see the log of Vault`,
      )
      expectNoCanary(error)
      await sleep(5)
      expect(await kept({ signal: AbortSignal.timeout(1500) })).toMatchObject({ user: 'app' })
    },
  )

  test.each<[string, () => void, string]>([
    ['cut off', () => vault.bao.fail('down'), '(ECONNRESET)'],
    ['silent', () => vault.bao.fail({ delayMs: 60_000 }), '(ETIMEDOUT)'],
  ])('%s, and the last good secret is used', async (_, fail, why) => {
    const kept = cached(provider(), { ttlMs: 1 })
    await ask(kept)
    fail()
    const error = await failureOf(provider(), 2500)
    expect(error).toMatchObject({ code: 'CREDENTIALS_UNAVAILABLE', retryable: true, place: PLACE })
    expect(error.message).toBe(
      `secret "${PATH}" of Vault cannot be read now: no response from VAULT_ADDR ${why}; the request is retried; check VAULT_ADDR, and that Vault is up`,
    )
    expect(await kept({ signal: AbortSignal.timeout(15_000) })).toMatchObject({ user: 'app' })
  })

  test('asked by a token that may not read, or by none', async () => {
    const reader = vaultKv({ address: vault.bao.url, auth: await vault.readerOf('secret/data/other'), path: PATH }, {})
    const nobody = vaultKv({ address: vault.bao.url, auth: { method: 'token', token: CANARY }, path: PATH }, {})
    for (const secrets of [reader, nobody]) {
      const error = await failureOf(secrets)
      expect(error).toMatchObject({ code: 'CREDENTIALS_DENIED', retryable: false, place: PLACE })
      expect(error.message).toBe(
        `secret "${PATH}" of Vault cannot be read: permission denied (HTTP 403); ` +
          'check the policy of the token, whether it has expired, and VAULT_NAMESPACE',
      )
      expectNoCanary(error)
    }
  })

  test('asked for a role that the database engine does not know', async () => {
    await vault.bao.api('POST', 'sys/mounts/database', { type: 'database' })
    for (const which of [{ role: 'nobody' }, { staticRole: 'nobody' }]) {
      const error = await failureOf(vaultDatabase({ address: vault.bao.url, auth: root(), ...which }, {}))
      expect(error).toMatchObject({ code: 'CREDENTIALS_INVALID', retryable: false })
      expect(error.message).toMatch(
        /^secret "database\/(static-)?creds\/nobody" of Vault cannot be read: the request was rejected \(HTTP 400\); /,
      )
    }
  })

  test('without its package', async () => {
    vi.doMock('node-vault', () => {
      throw Object.assign(new Error(`Cannot find package 'node-vault' ${CANARY}`), { code: 'ERR_MODULE_NOT_FOUND' })
    })
    const error = await failureOf(provider())
    expect(error).toMatchObject({ code: 'CREDENTIALS_PACKAGE', retryable: false, place: PLACE })
    expect(error.message).toContain('npm install node-vault')
  })
  afterEach(() => vi.doUnmock('node-vault'))

  describe('sealed', () => {
    let sealed: OpenBao
    beforeAll(async () => {
      sealed = await startOpenBao()
      await sealed.api('PUT', 'sys/seal')
    })
    afterAll(() => sealed.stop())

    test.each<[string, VaultAuth]>([
      ['a token', { method: 'token', token: CANARY }],
      ['an AppRole', { method: 'approle', roleId: CANARY, secretId: CANARY }],
      ['a wrapped secret id', { method: 'approle', roleId: CANARY, wrappedSecretId: CANARY }],
    ])('for %s', async (_, auth) => {
      const error: CredentialsError = await failureOf(vaultKv({ address: sealed.url, auth, path: PATH }, {}), 1500)
      expect(error).toMatchObject({ code: 'CREDENTIALS_UNAVAILABLE', retryable: true, place: PLACE })
      expect(error.message).toContain('cannot be read now (HTTP 503, sealed)')
      expectNoCanary(error)
    })
  })

  test('and tells nobody the secret', () => {
    expect(JSON.stringify(seen)).toContain('"stale"')
    expectNoCanary(seen)
  })
})

const PLACE = { store: 'Vault', secret: PATH }
