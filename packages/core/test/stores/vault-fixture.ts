import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach } from 'vitest'
import { type OpenBao, startOpenBao } from '../../../../test-harness/src/stores/openbao.ts'
import { storesHere } from '../../../../test-harness/src/stores/programs.ts'
import type { VaultAuth } from '../../src/stores/vault/settings.ts'

/** Whether OpenBao can be had; where it cannot, `storesHere` has said so loudly, and in CI it is an error. */
export const HAVE_BAO = (await storesHere(['bao'])).length > 0

/** What a test file has of OpenBao. */
export interface Vault {
  readonly bao: OpenBao
  /** Lets nothing be read but `paths`, not even what every token may. */
  readerOf(...paths: string[]): Promise<VaultAuth>
  /** Makes a token with the rules of a policy. */
  token(rules: string, wanted?: object): Promise<string>
  /** The questions that have been asked since it was called the last time, without those of the harness. */
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

/** Waits until something holds, as the expect.poll of tests that do not run side by side. */
export async function until(holds: () => unknown): Promise<void> {
  for (const end = Date.now() + 25_000; Date.now() < end; await sleep(100)) if (await holds()) return
  throw new Error(`it never came to ${holds}`)
}
