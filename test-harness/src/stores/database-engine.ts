import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { writePrivate } from '../certificates/issued.ts'
import type { PostgresServer } from '../postgres/server.ts'
import { temporaryFolder } from '../postgres/temporary-folder.ts'
import type { OpenBao } from './openbao.ts'

/** OpenBao's database engine at `database/`, which creates users of a PostgreSQL of the harness. */
export interface DatabaseEngine {
  /** Configures a role with a new user per request; users are members of `grants`. Times such as `12s`. */
  dynamicRole(name: string, wanted: { ttl: string; maxTtl: string; grants?: string }): Promise<void>
  /** Configures a user whose password the engine changes. */
  staticRole(name: string, wanted: { user: string; period: string }): Promise<void>
  /** The current users of a dynamic role. */
  users(role: string): Promise<readonly string[]>
  stop(): Promise<void>
}

/**
 * Configures the engine with a verified connection to a server that has TLS and `scram-sha-256`.
 *
 * @param ca The PEM text of the server's root.
 */
export async function openDatabaseEngine(bao: OpenBao, server: PostgresServer, ca: string): Promise<DatabaseEngine> {
  const folder = temporaryFolder()
  const root = join(folder.path, 'root.crt')
  await writePrivate(root, ca)
  const password = randomBytes(12).toString('hex')
  await server.sql(`create role vault_admin superuser login password '${password}'`)
  await bao.api('POST', 'sys/mounts/database', { type: 'database' })
  await bao.api('POST', 'database/config/app', {
    plugin_name: 'postgresql-database-plugin',
    allowed_roles: ['*'],
    connection_url: `postgresql://{{username}}:{{password}}@localhost:${server.port}/${server.database}?sslmode=verify-full&sslrootcert=${root}`,
    username: 'vault_admin',
    password,
  })
  return {
    async dynamicRole(name, { ttl, maxTtl, grants }) {
      const creation = `create role "{{name}}" login password '{{password}}' valid until '{{expiration}}'`
      await bao.api('POST', `database/roles/${name}`, {
        db_name: 'app',
        default_ttl: ttl,
        max_ttl: maxTtl,
        creation_statements: [grants ? `${creation} in role ${grants}` : creation],
      })
    },
    async staticRole(name, { user, period }) {
      const wanted = { db_name: 'app', username: user, rotation_period: period }
      await bao.api('POST', `database/static-roles/${name}`, wanted)
    },
    async users(role) {
      const rows = await server.sql(`select rolname from pg_roles where rolname like 'v-%-${role.slice(0, 8)}-%'`)
      return rows.map(({ rolname }) => String(rolname))
    },
    stop: () => folder.remove(),
  }
}
