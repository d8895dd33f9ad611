import { afterAll, beforeAll } from 'vitest'
import { vaultKv } from '../../src/stores/vault/kv.ts'
import type { VaultAuth } from '../../src/stores/vault/settings.ts'
import { Folder } from '../tls/fixture.ts'
import { CANARY, expectNoCanary, watch } from './canary.ts'
import { HAVE_BAO, useVault } from './vault-fixture.ts'

const PATH = 'secret/data/app'

/** The rules of who may read the secret. */
export const READ = `path "secret/data/*" { capabilities = ["read"] }`

/** Has the store wrap what it answers. */
export const WRAP = { 'X-Vault-Wrap-TTL': '300' }

/** Starts OpenBao for a test file, with one secret and ways to log in. At the end nobody may have been told the secret. */
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
  /** Makes a role of AppRole, and gives its id. */
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

  /** Takes their token from all who have logged in by AppRole. */
  const revokeAll = (mount = 'approle') => vault.bao.api('POST', `sys/leases/revoke-prefix/auth/${mount}`)
  return { vault, folder, seen, provider, logins, role, revokeAll }
}
