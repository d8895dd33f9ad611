import { checkedProfile, checkedProfiles, type Dialed, type Profile, placeholderHost } from '@verifull/core'
import pg from 'pg'
import { clientConfig } from './client-config.ts'
import { allowEndWhileConnecting } from './end-while-connecting.ts'
import { retireWith } from './retire.ts'
import { SecureConnection } from './secure-connection.ts'
import {
  chosenFor,
  dialedEndpoint,
  firstEndpoint,
  isSameEndpoint,
  rememberClient,
  showInOptions,
  showOnClient,
} from './shown-endpoint.ts'

/** The pg module with a Client and a Pool that connect as their profiles say. */
export type SecurePg = typeof import('pg')

/**
 * Gives the pg module whose `Client` and `Pool` connect as `profile` says, whatever their own options are.
 *
 * With a list of profiles each connection goes to any of them, in random order, as {@link dialAny} does.
 *
 * Hand it to whatever takes a pg module: TypeORM's `driver`, Sequelize's `dialectModule`. Connection options given to
 * its classes (`host`, `ssl`, `password`, `connectionString` …) have no effect; all others are pg's own.
 * `native` is null, so nothing can switch to pg-native.
 *
 * @param replicas Chosen by the option `host`: `placeholderHost(0)` is the first. Every other host means `profile`.
 *
 * @example
 * const { Pool } = securePg(resolveProfile({ settings: { host: 'db.example' } }).profile)
 * const pool = new Pool({ max: 20 })
 * const { rows } = await pool.query('select ssl from pg_stat_ssl where pid = pg_backend_pid()')
 * console.log(rows) // [ { ssl: true } ]
 * await pool.end()
 */
export function securePg(profile: Profile | readonly Profile[], replicas: readonly Profile[] = []): SecurePg {
  const primary = Array.isArray(profile)
    ? checkedProfiles(profile, 'securePg', 'profile')
    : [checkedProfile(profile, 'securePg')]
  checkedProfiles(replicas, 'securePg', 'replicas')

  function chosen(config: string | pg.ClientConfig | undefined): readonly Profile[] {
    const before = chosenFor(config)
    if (before) return before
    const { host, port } = typeof config === 'object' ? config : {}
    const isAt = (one: Profile | undefined) => isSameEndpoint(firstEndpoint(one), { host, port })
    const named = replicas.find((_, index) => host === placeholderHost(index))
    const replica = named ?? (isAt(primary[0]) ? undefined : replicas.find(isAt))
    return replica ? [replica] : primary
  }

  class Client extends pg.Client {
    constructor(config?: string | pg.ClientConfig) {
      const profiles = chosen(config)
      const connection = new SecureConnection(profiles, (dialed) => adopted(this, dialed, config))
      super({ ...clientConfig(profiles[0], config), connection } as pg.ClientConfig)
      forgetPassword(this)
      allowEndWhileConnecting(this)
    }
  }

  rememberClient(Client, (config) => chosen(config as pg.PoolConfig))

  class Pool extends pg.Pool {
    constructor(config?: pg.PoolConfig) {
      super({ ...config, Client: isOurs(config?.Client, Client) ? config.Client : Client })
    }
  }

  const module = { ...pg, Client, Pool }
  return Object.defineProperty(module, 'native', { value: null, enumerable: false }) as SecurePg
}

function adopted(client: pg.Client, dialed: Dialed, config: unknown): void {
  const { retired } = dialed
  const shown = dialedEndpoint(dialed)
  showOnClient(client, shown)
  if (chosenFor(config)) showInOptions(config, shown)
  if (retired) retireWith(client, retired)
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
