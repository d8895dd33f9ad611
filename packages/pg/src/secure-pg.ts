import { checkedProfile, checkedProfiles, type Dialed, type Profile, placeholderHost } from '@verifull/core/adapter'
import pg from 'pg'
import { clientConfig } from './client-config.ts'
import { allowEndWhileConnecting } from './end-while-connecting.ts'
import { retireWith } from './retire-client.ts'
import { SecureConnection } from './secure-connection.ts'
import { rememberDriver } from './secured.ts'
import {
  dialedEndpoint,
  firstEndpoint,
  isSameEndpoint,
  showInOptions,
  shownIn,
  showOnClient,
} from './shown-endpoint.ts'
import { changedTarget, refusalOf, withDatabase } from './target.ts'

/** The pg module with a Client and a Pool that connect as their profiles say. */
export type SecurePg = typeof import('pg')

/**
 * Gives the pg module whose `Client` and `Pool` connect as `profile` says.
 *
 * With a list of profiles each connection goes to any of them, in random order, as {@link dialAny} does.
 *
 * Hand it to whatever takes a pg module: TypeORM's `driver`, Sequelize's `dialectModule`. Of the connection options that its
 * classes are given, another `database` is connected to; one that names another server or login (`host`, `port`, `user`,
 * `password`, `ssl`, `connectionString` …) fails each connection with {@link ConfigurationError} `CONFIGURATION` before
 * anything is sent. All others are pg's own. `native` is null, so nothing can switch to pg-native.
 *
 * @param replicas Chosen by the option `host`: `placeholderHost(0)` is the first.
 * @param nameOf Names an option of pg as the application spells it, for the message of a refusal.
 *
 * @example
 * const { Pool } = securePg(resolveProfile({ settings: { host: 'db.example' } }).profile)
 * const pool = new Pool({ max: 20 })
 * const { rows } = await pool.query('select ssl from pg_stat_ssl where pid = pg_backend_pid()')
 * console.log(rows) // [ { ssl: true } ]
 * await pool.end()
 */
export function securePg(
  profile: Profile | readonly Profile[],
  replicas: readonly Profile[] = [],
  nameOf?: (option: string) => string,
): SecurePg {
  const primary = Array.isArray(profile)
    ? checkedProfiles(profile, 'securePg', 'profile')
    : [checkedProfile(profile, 'securePg')]
  checkedProfiles(replicas, 'securePg', 'replicas')

  function chosen(config: string | pg.ClientConfig | undefined): readonly Profile[] {
    const { host, port } = typeof config === 'object' ? config : {}
    const isAt = (one: Profile | undefined) => isSameEndpoint(firstEndpoint(one), { host, port })
    const named = replicas.find((_, index) => host === placeholderHost(index))
    const replica = named ?? (isAt(primary[0]) ? undefined : replicas.find(isAt))
    return replica ? [replica] : primary
  }

  class Client extends pg.Client {
    constructor(config?: string | pg.ClientConfig) {
      const before = shownIn(config)
      const servers = before?.servers ?? chosen(config)
      const profiles = withDatabase(servers, databaseOf(config), before?.shown)
      const refusal = refusalOf(changedTarget(config, servers, nameOf, before?.shown))
      const connection = new SecureConnection(profiles, (dialed) => adopted(this, dialed, config), refusal)
      super({ ...clientConfig(profiles[0], config), connection } as pg.ClientConfig)
      forgetPassword(this)
      allowEndWhileConnecting(this)
    }
  }

  // The options of a pool of it show where the pool connects; what leads elsewhere is shown as it is, until the Client
  // refuses it.
  const profilesOf = (config: unknown) => {
    const servers = chosen(config as pg.PoolConfig)
    return changedTarget(config, servers).length > 0 ? undefined : withDatabase(servers, databaseOf(config))
  }

  class Pool extends pg.Pool {
    constructor(config?: pg.PoolConfig) {
      super({ ...config, Client: isOurs(config?.Client, Client) ? config.Client : Client })
    }
  }

  rememberDriver(Client, { primary, replicas, profilesOf })
  const module = { ...pg, Client, Pool }
  return Object.defineProperty(module, 'native', { value: null, enumerable: false }) as SecurePg
}

function adopted(client: pg.Client, dialed: Dialed, config: unknown): void {
  const { retired } = dialed
  const shown = dialedEndpoint(dialed)
  showOnClient(client, shown)
  if (shownIn(config)) showInOptions(config, shown)
  if (retired) retireWith(client, retired)
}

function databaseOf(config: unknown): unknown {
  return typeof config === 'object' && config !== null ? (config as pg.ClientConfig).database : undefined
}

/** pg picks PGPASSWORD up by itself; it is not needed, and what is not there cannot leak. */
function forgetPassword(client: pg.Client): void {
  for (const holder of [client, (client as unknown as { connectionParameters: object }).connectionParameters]) {
    Object.defineProperty(holder, 'password', { value: null, enumerable: false, writable: true, configurable: true })
  }
}

/** A subclass of ours may stand in for it; any other class would connect by its own lights. */
function isOurs(given: pg.PoolConfig['Client'], ours: new () => pg.ClientBase): given is NonNullable<typeof given> {
  return given !== undefined && (given === ours || given.prototype instanceof ours)
}
