import { setTimeout as sleep } from 'node:timers/promises'
import { type OpenBao, startOpenBao, storesHere } from '@verifull/test-harness/secret-stores'
import { afterAll, beforeAll, beforeEach } from 'vitest'
import type { VaultAuth } from '../../src/stores/vault/settings.ts'

/** True if OpenBao is available; otherwise `storesHere` has reported it, or thrown in CI. */
export const HAVE_BAO = (await storesHere(['bao'])).length > 0

/** OpenBao for a test file. */
export interface Vault {
  readonly bao: OpenBao
  /** A login that may read `paths` alone, without the default policy. */
  readerOf(...paths: string[]): Promise<VaultAuth>
  /** Creates a token with a policy of these rules. */
  token(rules: string, wanted?: object): Promise<string>
  /** Requests since the last call, without those of the harness. */
  asked(): readonly string[]
}

/** Starts OpenBao for a test file. */
export function useVault(): Vault {
  const vault = {} as { -readonly [Key in keyof Vault]: Vault[Key] }
  let policies = 0
  let heard = 0
  beforeAll(async () => {
    if (HAVE_BAO) vault.bao = await startOpenBao()
  })
  beforeEach(() => {
    vault.bao?.fail(undefined)
    heard = vault.bao?.requests.length ?? 0
  })
  afterAll(() => vault.bao?.stop())

  vault.token = async (rules, wanted = {}) => {
    const name = `policy-${++policies}`
    await vault.bao.api('PUT', `sys/policies/acl/${name}`, { policy: rules })
    const { auth } = await vault.bao.api('POST', 'auth/token/create', { policies: [name], ...wanted })
    return auth?.client_token ?? ''
  }
  vault.readerOf = async (...paths) => {
    const rules = paths.map((path) => `path "${path}" { capabilities = ["read"] }`).join('\n')
    return { method: 'token', token: await vault.token(rules, { no_default_policy: true }) }
  }
  vault.asked = () => {
    const all = vault.bao.requests.map(({ what }) => what.replace('/v1/', ''))
    const fresh = all.slice(heard)
    heard = all.length
    return fresh
  }
  return vault
}

/** Waits until a condition holds, like expect.poll for tests that do not run in parallel. */
export async function until(holds: () => unknown): Promise<void> {
  for (const end = Date.now() + 25_000; Date.now() < end; await sleep(100)) if (await holds()) return
  throw new Error(`it never came to ${holds}`)
}
