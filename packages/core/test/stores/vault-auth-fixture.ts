import { afterAll, beforeAll } from 'vitest'
import { vaultKv } from '../../src/stores/vault/kv.ts'
import type { VaultAuth } from '../../src/stores/vault/settings.ts'
import { Folder } from '../tls/fixture.ts'
import { CANARY, expectNoCanary, watch } from './canary.ts'
import { HAVE_BAO, useVault } from './vault-fixture.ts'

const PATH = 'secret/data/app'

/** Policy that allows reading the secret. */
export const READ = `path "secret/data/*" { capabilities = ["read"] }`

/** Requests a wrapped response. */
export const WRAP = { 'X-Vault-Wrap-TTL': '300' }

/**
 * Starts OpenBao for a test file, with one secret and several auth methods. At the end it checks that no message
 * contained the secret.
 */
export function useVaultAuth() {
  const vault = useVault()
  const folder = new Folder()
  const seen = watch()
  beforeAll(async () => {
    if (!HAVE_BAO) return
    const { bao } = vault
    await bao.api('POST', PATH, { data: { username: 'app', password: CANARY } })
    await bao.api('PUT', 'sys/policies/acl/reader', { policy: READ })
  })
  afterAll(() => expectNoCanary(seen))

  const provider = (auth: VaultAuth) => vaultKv({ address: vault.bao.url, path: PATH, auth }, {})
  const logins = (mount: string) =>
    vault.bao.requests.filter(({ what }) => what === `POST /v1/auth/${mount}/login`).length

  let roles = 0
  /** Creates an AppRole; resolves with its id. */
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

  /** Revokes the tokens of all AppRole logins. */
  const revokeAll = (mount = 'approle') => vault.bao.api('POST', `sys/leases/revoke-prefix/auth/${mount}`)
  return { vault, folder, seen, provider, logins, role, revokeAll }
}
