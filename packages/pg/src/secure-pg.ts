import { checkedProfile, checkedProfiles, type Dialed, type Profile, placeholderHost } from '@verifull/core/adapter'
import pg from 'pg'
import { clientConfig } from './client-config.ts'
import { allowEndWhileConnecting } from './end-while-connecting.ts'
import { emitHeard } from './hear-errors.ts'
import { keepAlive } from './keep-alive.ts'
import { limitLifetime } from './limit-lifetime.ts'
import { PG_POOL } from './pg-pool-protocol.ts'
import type { PoolProtocol } from './pool-protocol.ts'
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
import { watchSilence } from './silent-server.ts'
import { changedTarget, refusalOf, withDatabase } from './target.ts'
import { leaveWhenUnfit } from './unfit-session.ts'
import { withinTimeout } from './within-timeout.ts'

/** The pg module with a Client and a Pool that connect through their profiles. */
export type SecurePg = typeof import('pg')

/**
 * Returns the pg module with a `Client` and a `Pool` that connect through `profile`.
 *
 * With a list of profiles each connection goes to any of them, in random order, as with {@link dialAny}.
 *
 * Pass it to libraries that accept a pg module: TypeORM's `driver`, Sequelize's `dialectModule`. Of the connection
 * options given to its classes, another `database` is used; one that names another server or login (`host`, `port`,
 * `user`, `password`, `ssl`, `connectionString` …) fails each connection with {@link ConfigurationError}
 * `CONFIGURATION` before anything is sent. All others are pg's own. `native` is null, so that pg-native cannot be used.
 *
 * @param replicas Profiles chosen by the option `host`: `placeholderHost(0)` is the first.
 * @param nameOf Returns the application's spelling of an option of pg, for the message of a refusal. Default: pg's
 * name.
 * @param pool The protocol of the pool that takes the clients: connections of a replaced secret are discarded there.
 * Default: pg's own Pool.
 * @throws {@link ConfigurationError} `CONFIGURATION` if `profile` or `replicas` are no profiles.
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
  pool: PoolProtocol = PG_POOL,
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
      const { connectionTimeoutMillis } = typeof config === 'object' ? config : {}
      const dialing = withinTimeout(profiles, connectionTimeoutMillis)
      const connection = new SecureConnection(dialing, (dialed) => adopted(this, dialed, config, pool), refusal)
      super({ ...clientConfig(profiles[0], config), connection } as pg.ClientConfig)
      forgetPassword(this)
      allowEndWhileConnecting(this)
    }

    override emit(event: string | symbol, ...values: unknown[]): boolean {
      return event === 'error' ? emitHeard(this, values) : super.emit(event as 'drain', ...(values as []))
    }
  }

  // The options of such a pool show its endpoint; options that lead elsewhere are shown unchanged, until the Client
  // refuses them.
  const profilesOf = (config: unknown) => {
    const servers = chosen(config as pg.PoolConfig)
    return changedTarget(config, servers).length > 0 ? undefined : withDatabase(servers, databaseOf(config))
  }

  class Pool extends pg.Pool {
    constructor(config?: pg.PoolConfig) {
      super({ ...config, Client: isOurs(config?.Client, Client) ? config.Client : Client })
    }
  }

  rememberDriver(Client, { primary, replicas, pool, profilesOf })
  const module = { ...pg, Client, Pool }
  return Object.defineProperty(module, 'native', { value: null, enumerable: false }) as SecurePg
}

function adopted(client: pg.Client, dialed: Dialed, config: unknown, pool: PoolProtocol): void {
  const { retired } = dialed
  const shown = dialedEndpoint(dialed)
  leaveWhenUnfit(client, dialed, pool)
  keepAlive(client, dialed.profile, pool)
  limitLifetime(client, dialed.profile, pool)
  watchSilence(client, dialed)
  showOnClient(client, shown)
  if (shownIn(config)) showInOptions(config, shown)
  if (retired) retireWith(client, retired, pool)
}

function databaseOf(config: unknown): unknown {
  return typeof config === 'object' && config !== null ? (config as pg.ClientConfig).database : undefined
}

/** Removes the password that pg reads from PGPASSWORD: it is not needed, and an absent one cannot leak. */
function forgetPassword(client: pg.Client): void {
  for (const holder of [client, (client as unknown as { connectionParameters: object }).connectionParameters]) {
    Object.defineProperty(holder, 'password', { value: null, enumerable: false, writable: true, configurable: true })
  }
}

/** True for a subclass of Verifull's Client, which may replace it; any other class would connect by its own rules. */
function isOurs(given: pg.PoolConfig['Client'], ours: new () => pg.ClientBase): given is NonNullable<typeof given> {
  return given !== undefined && (given === ours || given.prototype instanceof ours)
}
