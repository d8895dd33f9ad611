import type { CredentialsProvider } from '../credentials/credentials.ts'
import type { PolicyName } from '../policy/policies.ts'
import type { PolicySetting } from '../policy/policy.ts'
import type { Variables } from '../system/process-facts.ts'
import type { ConnectionSettings } from './connection-settings.ts'
import type { TlsSettings } from './tls-settings.ts'

/**
 * Settings of a connection. Every property is optional; usually the environment has them all.
 *
 * Names and meanings are libpq's; `undefined` and the empty string are unset. A setting is stronger than the same thing
 * in ORM options, a URL, `DB_*`, a service file or `PG*`.
 */
export interface Settings extends ConnectionSettings, TlsSettings {
  /** A `postgresql://` URL or a `key=value` string. With it, `DATABASE_URL` is not read. */
  readonly url?: string
  /**
   * Provider of user and password; excludes a password in any other place. It is called when the first connection needs
   * them, once for all connections, again when five minutes or its own time (`expiresAt`, `refreshAt`) are nearly over,
   * and when a server rejects its answer.
   */
  readonly secrets?: CredentialsProvider
  /**
   * Policy that judges the settings. Default: `VERIFULL_POLICY`, else the one that `NODE_ENV` names, else `production`.
   */
  readonly policy?: PolicyName | PolicySetting
  /**
   * Longest time in which a connection waits for servers that are away, starting, full or in another role than
   * `target_session_attrs` demands, in milliseconds; 0 fails at once. A longer one than the default limits of a connection
   * and of a checkout lengthens them; one above `pool.connectionTimeoutMillis` is an error. Default: `DB_FAILOVER_TIMEOUT`,
   * else the limit of the connection; none for a server on this machine that has not answered before.
   */
  readonly failoverTimeoutMs?: number
  /** Limits of the pool. Default: the policy's `max`, and the defaults of each limit. */
  readonly pool?: PoolSettings
  /**
   * Servers for reading: each a host, `host:port` or a URL, or the settings in which it differs.
   *
   * A replica has the primary's user, password, database, TLS settings and limits unless it names others; never its
   * host, port or `target_session_attrs`. Each is verified under its own name. `[]` means none and overrides weaker
   * sources. Default: those in the options, else `DATABASE_READ_URL`, else `DB_READ_REPLICA_HOST` and
   * `DB_READ_REPLICA_PORT`; if `DATABASE_URL` or `DB_HOST` name a primary, the variables count only for that one.
   */
  readonly replicas?: readonly (string | ReplicaSettings)[]
  /**
   * Longest lag of a replica that is read from, in milliseconds, 100 or more; reads leave a replica that may exceed it, and come
   * to the primary if all do. It costs one session more at each server and process. Default: `DB_READ_REPLICA_MAX_LAG`, else any lag.
   */
  readonly maxLagMs?: number
  /**
   * False silences the warnings on stderr, as `VERIFULL_WARNINGS=off` does. Default: true, one line for each warning,
   * once.
   */
  readonly warnings?: boolean
  /**
   * Variables to read instead of `process.env`; `{}` reads none, and no file of the home directory either. Those that
   * Node and pg obey (`NODE_TLS_REJECT_UNAUTHORIZED`, `NODE_PG_FORCE_NATIVE`) are read from the process as well.
   * Default: `process.env`.
   */
  readonly environment?: Variables
}

/** Limits of the pool under pg's names; each adapter translates them into its ORM's. */
export interface PoolSettings {
  /** Connections that are kept open. Default: none. */
  readonly min?: number
  /** Most connections. Default: 50 in production and `strict`, 20 in staging, 5 in development, 3 in test. */
  readonly max?: number
  /**
   * Processes that have such a pool each, this one among them. `verifyConnection()` and `doctor` hold `max` × `instances` against the
   * connections that each server has for the role. Default: `DB_POOL_INSTANCES`, else 1.
   */
  readonly instances?: number
  /** Longest wait for a connection, in milliseconds. Default: 15000. */
  readonly connectionTimeoutMillis?: number
  /** Idle time after which a connection is closed, in milliseconds. Default: 30000. */
  readonly idleTimeoutMillis?: number
  /** Age at which a connection is replaced, in seconds, up to a tenth earlier at random; 0 for any age. Default: 1800. */
  readonly maxLifetimeSeconds?: number
  /**
   * Checkouts that may wait while all connections are lent; one more fails at once with `POOL_FULL`, made
   * for a 503. Default: any number, each for `connectionTimeoutMillis`.
   */
  readonly maxWaiting?: number
  /**
   * Time for which a connection is lent, in milliseconds, after which it counts as leaked: a warning and an event tell its
   * age and the stack of its checkout. The stack of each checkout is kept for that. Default: no search for leaks.
   */
  readonly leakDetectionMs?: number
}

/** The settings in which a replica differs from the primary; its host, port or URL must be among them. */
export interface ReplicaSettings extends Omit<ConnectionSettings, 'service'>, TlsSettings {
  /** A `postgresql://` URL or a `key=value` string. */
  readonly url?: string
  /** Provider of user and password, as for the primary. */
  readonly secrets?: CredentialsProvider
}
