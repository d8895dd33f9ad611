import { withVariables } from '@verifull/test-harness/fixtures'
import { describe, expect, test } from 'vitest'
import { cached, type PolicyName } from '../../src/index.ts'
import type { Settings } from '../../src/parameters/settings.ts'
import { resolve } from '../../src/profile/resolve.ts'
import { resolveProfile } from '../../src/profile/resolve-profile.ts'
import { loginAt, tlsOf } from './doors.ts'

const OFF = { NODE_TLS_REJECT_UNAUTHORIZED: '0' }
const base = { host: 'db.example', user: 'app', environment: {} }

function findings(settings: Settings = {}) {
  const found = resolve({ settings: { ...base, ...settings } }).findings
  return found.filter(({ severity }) => severity !== 'note').map(({ rule, severity }) => `${rule} ${severity}`)
}

/** The profile's login twice: after the start, and after verification is turned off in the process. */
async function fetched(settings: Settings): Promise<unknown[]> {
  const { profile } = resolveProfile({ settings: { ...base, policy: 'development', ...settings } })
  const login = () =>
    loginAt(profile).then(
      ({ password }) => password?.reveal(),
      (error: Error) => error,
    )
  const before = await login()
  let after: unknown
  await withVariables(OFF, async () => {
    after = await login()
  })
  return [before, after, await login()]
}

describe('variables of the process, beside settings.environment', () => {
  test.each<[PolicyName, string]>([
    ['development', 'warn'],
    ['test', 'refuse'],
    ['staging', 'refuse'],
    ['production', 'refuse'],
    ['strict', 'refuse'],
  ])('NODE_TLS_REJECT_UNAUTHORIZED=0 under %s → %s', async (policy, severity) => {
    await withVariables(OFF, async () => {
      for (const environment of [{}, { NODE_TLS_REJECT_UNAUTHORIZED: '1' }, { HOME: '/' }]) {
        expect(findings({ policy, environment })).toEqual([`node-verification-off ${severity}`])
      }
    })
  })

  test.each(['', '1', 'false', 'no', '00'])(
    'NODE_TLS_REJECT_UNAUTHORIZED=%s → verified, as Node has it',
    async (value) => {
      await withVariables({ NODE_TLS_REJECT_UNAUTHORIZED: value }, async () => expect(findings()).toEqual([]))
    },
  )

  test.each(['1', ''])('NODE_PG_FORCE_NATIVE=%s → refused', async (value) => {
    await withVariables({ NODE_PG_FORCE_NATIVE: value }, async () => {
      expect(findings({ policy: 'development' })).toEqual(['native-driver refuse'])
    })
  })

  test('neither → nothing', () => expect(findings()).toEqual([]))
})

describe('NODE_TLS_REJECT_UNAUTHORIZED=0 after the start', () => {
  const refusal =
    'settings.secrets is not asked: NODE_TLS_REJECT_UNAUTHORIZED=0 was set after the start, and a secret store would no longer be verified; unset it, and name the CA certificates that are missing (NODE_EXTRA_CA_CERTS)'

  test('a secret that is fetched for the first time → refused, and asked for again once it is unset', async () => {
    let asked = 0
    const { profile } = resolveProfile({
      settings: { ...base, secrets: async () => ({ password: `one ${++asked}` }) },
    })
    const login = () => loginAt(profile)
    await withVariables(OFF, async () => {
      await expect(login()).rejects.toMatchObject({ code: 'CREDENTIALS_INVALID', retryable: false, message: refusal })
    })
    expect(asked).toBe(0)
    expect((await login()).password?.reveal()).toBe('one 1')
  })

  test('a secret that is in the cache → used', async () => {
    expect(await fetched({ secrets: async () => ({ password: 'one' }) })).toEqual(['one', 'one', 'one'])
    expect(await fetched({ secrets: cached(async () => ({ password: 'one' })) })).toEqual(['one', 'one', 'one'])
  })

  test('a password function → the last good one, not asked', async () => {
    let asked = 0
    expect(await fetched({ password: () => `one ${++asked}` })).toEqual(['one 1', 'one 1', 'one 1'])
  })

  test('a cache of the application → not asked', async () => {
    let asked = 0
    const secrets = cached(async () => ({ password: `one ${++asked}` }), { ttlMs: 1 })
    await withVariables(OFF, async () => {
      await expect(secrets({ signal: AbortSignal.timeout(5000) })).rejects.toMatchObject({
        code: 'CREDENTIALS_INVALID',
      })
    })
    expect(asked).toBe(0)
  })

  test('TLS material of a provider → not asked', async () => {
    let asked = 0
    const tls = async () => {
      asked++
      return {}
    }
    const { profile } = resolveProfile({ settings: { ...base, password: () => 'one', tls } })
    await withVariables(OFF, async () => {
      await expect(tlsOf(profile)?.ready(AbortSignal.timeout(5000))).rejects.toMatchObject({
        code: 'CREDENTIALS_INVALID',
      })
    })
    expect(asked).toBe(0)
  })
})
