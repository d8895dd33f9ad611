import { randomUUID } from 'node:crypto'
import { type Database, startDatabase } from '../postgres/database.ts'
import { type DatabaseEngine, openDatabaseEngine } from '../stores/database-engine.ts'
import { type Moto, startMoto } from '../stores/moto.ts'
import { type OpenBao, startOpenBao } from '../stores/openbao.ts'

/** Time to live of a dynamic role's user, in ms. */
export const TTL_MS = 2000

/** The real services that secrets come from. */
export interface ClosingServices {
  readonly database: Database
  readonly bao: OpenBao
  readonly engine: DatabaseEngine
  readonly moto: Moto
  stop(): Promise<void>
}

export async function startClosingServices(): Promise<ClosingServices> {
  const [database, bao, moto] = await Promise.all([startDatabase(), startOpenBao(), startMoto()])
  await database.server.setHba(['hostssl all all all scram-sha-256'])
  const engine = await openDatabaseEngine(bao, database.server, database.hierarchy.root.certificate)
  await bao.api('POST', 'sys/auth/approle', { type: 'approle' })
  return {
    database,
    bao,
    engine,
    moto,
    async stop() {
      await engine.stop()
      await Promise.all([bao.stop(), moto.stop()])
      await database.stop()
    },
  }
}

let roles = 0

/** A dynamic role of its own, and the settings of an application that logs in with it. */
export async function dynamicRole({ bao, engine, database }: ClosingServices, method: 'approle' | 'token') {
  const name = `c${++roles}${randomUUID().slice(0, 5)}`
  await engine.dynamicRole(name, { ttl: `${TTL_MS / 1000}s`, maxTtl: '1h' })
  const rules = `path "database/creds/${name}" { capabilities = ["read"] }\npath "sys/leases/revoke" { capabilities = ["update"] }`
  await bao.api('PUT', `sys/policies/acl/${name}`, { policy: rules })
  const login = method === 'token' ? await tokenOf(bao, name) : await appRoleOf(bao, name)
  const { user, password, ...settings } = withPassword(database)
  const environment = { SECRETS_BACKEND: 'vault-database', VAULT_ADDR: bao.url, VAULT_DB_ROLE: name, ...login }
  return {
    name,
    login,
    settings: { ...settings, environment: { ...settings.environment, ...environment } },
    users: () => engine.users(name),
  }
}

async function tokenOf(bao: OpenBao, policy: string): Promise<{ readonly VAULT_TOKEN: string }> {
  const { auth } = await bao.api('POST', 'auth/token/create', { policies: [policy], period: '1h' })
  return { VAULT_TOKEN: auth?.client_token ?? '' }
}

/** Without the right to revoke leases: what Vault's default policy gives is enough. */
async function appRoleOf(bao: OpenBao, role: string) {
  const policy = `path "database/creds/${role}" { capabilities = ["read"] }`
  await bao.api('PUT', `sys/policies/acl/${role}`, { policy })
  await bao.api('POST', `auth/approle/role/${role}`, { token_policies: [role] })
  const { data } = await bao.api('GET', `auth/approle/role/${role}/role-id`)
  const made = await bao.api('POST', `auth/approle/role/${role}/secret-id`)
  return { VAULT_ROLE_ID: String(data?.role_id), VAULT_SECRET_ID: String(made.data?.secret_id) }
}

/** The settings of an application that logs in with a fixed password. */
export function withPassword({ settings }: Database) {
  return settings as typeof settings & { readonly password: string }
}
