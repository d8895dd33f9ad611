import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { ask, failureOf } from './ask.ts'
import { expectNoCanary } from './canary.ts'
import { READ, useVaultAuth } from './vault-auth-fixture.ts'
import { HAVE_BAO, until } from './vault-fixture.ts'

const { folder, provider, seen, vault } = useVaultAuth()

describe.runIf(HAVE_BAO)('Vault lets in', () => {
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
      const token = await vault.token(READ, { period: '6s' })
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

    test('tokens of 4 s, two thirds of them over → all renewed then, none a second later', async () => {
      const tokens = await Promise.all(Array.from({ length: 10 }, () => vault.token(READ, { period: '4s' })))
      const providers = tokens.map((token) => provider({ method: 'token', token }))
      await Promise.all(providers.map((secrets) => ask(secrets)))
      vault.asked()
      await sleep((4000 * 2) / 3 + 50)
      const renewed: string[] = []
      const renewals = () => renewed.push(...vault.asked().filter((what) => what === 'POST auth/token/renew-self'))
      // Sessions of earlier tests may still renew.
      await expect.poll(renewals, { timeout: 950 }).toBeGreaterThanOrEqual(tokens.length)
      await Promise.all(providers.map((secrets) => ask(secrets)))
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

  test('and tells nobody the secret', () => expectNoCanary(seen))
})
