import type { PasswordFunction } from '../credentials/credentials.ts'
import type { ParameterValue } from './parameters.ts'

/** Server, database and login of a connection. */
export interface ConnectionSettings {
  /**
   * Name of a connection service, looked up in `PGSERVICEFILE` or `~/.pg_service.conf`. Default: `PGSERVICE`.
   * @see https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNECT-SERVICE
   */
  readonly service?: string
  /**
   * Host name, IP address or directory of a Unix-domain socket; several with commas or as an array. Default:
   * `localhost`.
   * @see https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNECT-HOST
   */
  readonly host?: string | readonly string[]
  /**
   * IP address to dial, while `host` remains the name that is verified; as many as there are hosts. Default: looked up
   * by DNS.
   * @see https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNECT-HOSTADDR
   */
  readonly hostaddr?: string | readonly string[]
  /**
   * One port for all hosts, or one for each. Default: 5432.
   * @see https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNECT-PORT
   */
  readonly port?: number | string | readonly number[]
  /**
   * Name of the database. Default: the name of the user.
   * @see https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNECT-DBNAME
   */
  readonly database?: string
  /**
   * Role to log in as. Default: the operating system's name of the user.
   * @see https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNECT-USER
   */
  readonly user?: string
  /**
   * The password, or a function that returns it for each new connection. Default: `PGPASSWORD`, else the password file.
   * @see https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNECT-PASSWORD
   */
  readonly password?: string | PasswordFunction
  /**
   * Path of the password file; one that others may read is not used, with a warning. Default: `~/.pgpass`.
   * @see https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNECT-PASSFILE
   */
  readonly passfile?: string
  /**
   * Authentication methods that are accepted, with commas, or refused, each with `!`. Default: any, with a cleartext or
   * md5 password only over a link that protects it.
   * @see https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNECT-REQUIRE-AUTH
   */
  readonly require_auth?: string
  /**
   * Binding of SCRAM to the TLS channel. Default: `prefer`.
   * @see https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNECT-CHANNEL-BINDING
   */
  readonly channel_binding?: ParameterValue<'channel_binding'>
  /**
   * Name of the operating system's user that must own the server behind a Unix-domain socket. Default: any, under the
   * policy's rules.
   * @see https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNECT-REQUIREPEER
   */
  readonly requirepeer?: string
  /**
   * State that the server must have: primary, standby, read-write or read-only. Default: `any`.
   * @see https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNECT-TARGET-SESSION-ATTRS
   */
  readonly target_session_attrs?: ParameterValue<'target_session_attrs'>
  /**
   * `random` tries hosts and addresses in random order. Default: `disable`.
   * @see https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNECT-LOAD-BALANCE-HOSTS
   */
  readonly load_balance_hosts?: ParameterValue<'load_balance_hosts'>
  /**
   * Limit for each address, in seconds, 2 at least; 0 sets none. All hosts together have 10 s, or this for each of them
   * if that is more; with a connection timeout of the pool they have that. Default: the 10 s, shared by the hosts.
   * @see https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNECT-CONNECT-TIMEOUT
   */
  readonly connect_timeout?: number | string
  /**
   * Name of the application in `pg_stat_activity`. Default: none.
   * @see https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNECT-APPLICATION-NAME
   */
  readonly application_name?: string
  /**
   * The same if no `application_name` is given. Default: none.
   * @see https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNECT-FALLBACK-APPLICATION-NAME
   */
  readonly fallback_application_name?: string
  /**
   * Command-line options for the server, such as `-c search_path=app`. Default: none.
   * @see https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNECT-OPTIONS
   */
  readonly options?: string
  /**
   * `UTF8` in any spelling, or `auto`, which means the same; any other is refused, in `options` too. Default: `UTF8`.
   * @see https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNECT-CLIENT-ENCODING
   */
  readonly client_encoding?: string
  /**
   * Opens a connection of the replication protocol. Default: none.
   * @see https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNECT-REPLICATION
   */
  readonly replication?: string
  /**
   * Sends TCP keepalives, and keeps the idle connections of pools alive. Default: true.
   * @see https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNECT-KEEPALIVES
   */
  readonly keepalives?: boolean | number | string
  /**
   * Seconds of silence before a TCP keepalive is sent, and before an idle connection of a pool is sent an empty statement, so that
   * no proxy or firewall takes it for unused. 0 leaves TCP's to the system, and sends no statement. Default: 200.
   * @see https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNECT-KEEPALIVES-IDLE
   */
  readonly keepalives_idle?: number | string
  /**
   * Accepted and without effect: Node sends a TCP keepalive each second, once it has begun.
   * @see https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNECT-KEEPALIVES-INTERVAL
   */
  readonly keepalives_interval?: number | string
  /**
   * Accepted and without effect: Node gives a connection up after 10 TCP keepalives without an answer.
   * @see https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNECT-KEEPALIVES-COUNT
   */
  readonly keepalives_count?: number | string
  /**
   * Milliseconds in which the server is silent and accepts no connection, before the connections of pools with a running
   * statement are given up. `keepalives=0` turns it off. Default, and for 0: 30 s.
   * @see https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNECT-TCP-USER-TIMEOUT
   */
  readonly tcp_user_timeout?: number | string
  /**
   * Only `3.0` is supported. Default: `3.0`.
   * @see https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNECT-MIN-PROTOCOL-VERSION
   */
  readonly min_protocol_version?: ParameterValue<'min_protocol_version'>
  /**
   * Protocol 3.0 is used under every limit. Default: none.
   * @see https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNECT-MAX-PROTOCOL-VERSION
   */
  readonly max_protocol_version?: ParameterValue<'max_protocol_version'>
  /**
   * GSSAPI encryption is not supported: `require` is refused. Default: `disable`.
   * @see https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNECT-GSSENCMODE
   */
  readonly gssencmode?: ParameterValue<'gssencmode'>
  /**
   * Accepted and without effect: GSSAPI is not supported.
   * @see https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNECT-KRBSRVNAME
   */
  readonly krbsrvname?: string
  /**
   * Accepted and without effect: GSSAPI is not supported.
   * @see https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNECT-GSSLIB
   */
  readonly gsslib?: string
  /**
   * Accepted and without effect: GSSAPI is not supported.
   * @see https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNECT-GSSDELEGATION
   */
  readonly gssdelegation?: string
}
