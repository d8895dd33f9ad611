import { setTimeout as pause } from 'node:timers/promises'
import type { OpenBao } from '../../stores/openbao.ts'
import { openStoreTap } from '../../stores/store-tap.ts'
import { ADMIN } from '../admin.ts'
import type { Kind, Scene } from '../kind.ts'
import type { RehearsalServers } from '../rehearsal-servers.ts'
import { makeDatabase, makeRole, parametersOf, sceneName } from '../scene.ts'

/** Leases expire, and their users are dropped. */
export const vaultDynamicRole: Kind = {
  id: 'vault-dynamic-role',
  title: 'Vault dynamic role, leases end',
  store: 'bao',
  async prepare(site, { leaseMs }) {
    const engine = await makeEngine(site)
    await engine.dynamicRole({ default_ttl: seconds(leaseMs / 2), max_ttl: seconds(leaseMs) })
    const users = new MadeUsers(engine)
    return {
      ...engine.scene(`creds/${engine.name}`, { VAULT_DB_ROLE: engine.name }),
      async rotate(timeline, raiseLoad) {
        raiseLoad()
        const { user, at } = await users.next(leaseMs + 10_000)
        timeline.rotated(at, user)
      },
      // Waits until all users but the last are dropped, which would break remaining sessions of theirs.
      settle: () => users.only(1, leaseMs + 20_000),
    }
  },
}

/** The leases are revoked, as in an emergency: their user cannot log in any more. */
export const vaultRevocation: Kind = {
  id: 'vault-revocation',
  title: 'Vault leases revoked from outside',
  store: 'bao',
  async prepare(site) {
    const engine = await makeEngine(site)
    const lasting = { default_ttl: '1h', max_ttl: '24h' }
    await engine.dynamicRole({ ...lasting, revocation_statements: 'alter role "{{name}}" nologin' })
    return {
      ...engine.scene(`creds/${engine.name}`, { VAULT_DB_ROLE: engine.name }),
      async rotate(timeline, raiseLoad) {
        await engine.bao.api('PUT', `sys/leases/revoke-prefix/${engine.name}/creds/${engine.name}`)
        timeline.rotated(Date.now())
        raiseLoad()
      },
    }
  },
}

/** The engine changes the password of a static role. */
export const vaultStaticRole: Kind = {
  id: 'vault-static-role',
  title: 'Vault static role',
  store: 'bao',
  async prepare(site) {
    const engine = await makeEngine(site)
    const { name, bao } = engine
    await makeRole(site.server, name, name)
    await bao.api('POST', `${name}/static-roles/${name}`, {
      db_name: name,
      username: name,
      rotation_period: '24h',
    })
    return {
      ...engine.scene(`static-creds/${name}`, { VAULT_DB_STATIC_ROLE: name }),
      async rotate(timeline, raiseLoad) {
        const at = Date.now()
        raiseLoad()
        await bao.api('POST', `${name}/rotate-role/${name}`)
        timeline.rotated(at)
      },
    }
  },
}

/** The database engine of one rehearsal. */
interface Engine {
  readonly name: string
  readonly bao: OpenBao
  dynamicRole(role: Readonly<Record<string, string>>): Promise<void>
  /** Users that it has created and not dropped. */
  users(): Promise<readonly string[]>
  scene(path: string, environment: Readonly<Record<string, string>>): Omit<Scene, 'rotate'>
}

async function makeEngine(site: RehearsalServers): Promise<Engine> {
  const { server, bao, ca } = site
  if (!bao) throw new Error('OpenBao cannot be had here')
  const name = sceneName()
  await makeDatabase(server, name)
  await bao.api('POST', `sys/mounts/${name}`, { type: 'database' })
  await bao.api('POST', `${name}/config/${name}`, {
    plugin_name: 'postgresql-database-plugin',
    allowed_roles: '*',
    connection_url: `postgresql://{{username}}:{{password}}@localhost:${server.port}/${name}?sslmode=verify-full&sslrootcert=${ca}`,
    username: ADMIN,
    password: site.adminPassword,
    username_template: '{{.RoleName}}_{{random 8 | lowercase}}',
  })
  const tap = await openStoreTap(bao.directPort)
  return {
    name,
    bao,
    async dynamicRole(role) {
      await bao.api('POST', `${name}/roles/${name}`, {
        db_name: name,
        creation_statements: `create role "{{name}}" login password '{{password}}' valid until '{{expiration}}'; grant select on item to "{{name}}"`,
        ...role,
      })
    },
    async users() {
      const rows = await server.sql(`select rolname from pg_roles where rolname like '${name}\\_%'`)
      return rows.map(({ rolname }) => rolname ?? '')
    },
    scene: (path, environment) => ({
      server,
      name,
      parameters: parametersOf(site, name),
      environment: {
        SECRETS_BACKEND: 'vault-database',
        VAULT_ADDR: tap.url,
        VAULT_TOKEN: bao.rootToken,
        VAULT_DB_MOUNT: name,
        ...environment,
      },
      tap,
      fetch: new RegExp(`/${name}/${path}$`),
    }),
  }
}

const LOOK_MS = 50

/** Observes the creation and removal of users. */
class MadeUsers {
  readonly #engine: Engine
  readonly #known = new Set<string>()

  constructor(engine: Engine) {
    this.#engine = engine
  }

  /** The next user after the known ones, with a time at which it did not exist yet. */
  async next(limitMs: number): Promise<{ user: string; at: number }> {
    const until = Date.now() + limitMs
    if (this.#known.size === 0) for (const user of await this.#engine.users()) this.#known.add(user)
    for (let at = Date.now(); at < until; await pause(LOOK_MS)) {
      const looked = Date.now()
      const user = (await this.#engine.users()).find((one) => !this.#known.has(one))
      if (user !== undefined) {
        this.#known.add(user)
        return { user, at }
      }
      at = looked
    }
    // The client has requested no other user; its failures are counted.
    return { user: '', at: Date.now() }
  }

  async only(count: number, limitMs: number): Promise<void> {
    for (const until = Date.now() + limitMs; Date.now() < until; await pause(LOOK_MS)) {
      if ((await this.#engine.users()).length <= count) return
    }
  }
}

function seconds(milliseconds: number): string {
  return `${Math.ceil(milliseconds / 1000)}s`
}
