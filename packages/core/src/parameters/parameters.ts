import { SSL_MODES } from '../sslmode.ts'
import type { Secret } from '../text/secret.ts'

/** libpq 18's definition of one connection parameter, and Verifull's support for it. */
export interface Parameter {
  /** The environment variable that sets it; libpq has none for some. */
  readonly env?: string
  /** Other names in URLs, connection strings and service files. */
  readonly aliases?: readonly string[]
  /**
   * `always`: the value is a secret. `inline`: a secret unless it is clearly a path. `with key`: certificates are
   * expected, and it is a secret unless it is a path or text with nothing else in it.
   */
  readonly secret?: 'always' | 'inline' | 'with key'
  /** The legal values, if they are few. */
  readonly values?: readonly string[]
  /** True if libpq compares the values in any case. */
  readonly anyCase?: true
  /** The range of an integer. */
  readonly range?: readonly [least: number, most: number]
  /** True if the value is 0 or 1. */
  readonly flag?: true
  /** The reason that Verifull does not support it: for every value, or for those named. */
  readonly unsupported?: string | Readonly<Record<string, string>>
}

const INT32 = [-(2 ** 31), 2 ** 31 - 1] as const
const TLS_VERSIONS = ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'] as const
const PROTOCOLS = ['3.0', '3.2', 'latest'] as const
const NO_PROTOCOL_3_2 = 'it speaks protocol 3.0, as every server does'
const NO_OAUTH = 'it does not do OAUTHBEARER; use a password, a client certificate or a credentials provider'
const NO_SCRAM_KEYS = 'it does not take SCRAM keys in place of the password; use a password or a credentials provider'

/** Every connection parameter of libpq 18, spelled as libpq spells it, except `database`. */
export const PARAMETERS = {
  service: { env: 'PGSERVICE' },
  user: { env: 'PGUSER' },
  password: { env: 'PGPASSWORD', secret: 'always' },
  passfile: { env: 'PGPASSFILE' },
  channel_binding: { env: 'PGCHANNELBINDING', values: ['disable', 'prefer', 'require'] },
  connect_timeout: { env: 'PGCONNECT_TIMEOUT', range: INT32 },
  database: { env: 'PGDATABASE', aliases: ['dbname'] },
  host: { env: 'PGHOST' },
  hostaddr: { env: 'PGHOSTADDR' },
  port: { env: 'PGPORT' },
  client_encoding: { env: 'PGCLIENTENCODING' },
  options: { env: 'PGOPTIONS' },
  application_name: { env: 'PGAPPNAME' },
  fallback_application_name: {},
  keepalives: { range: INT32 },
  keepalives_idle: { range: INT32 },
  keepalives_interval: { range: INT32 },
  keepalives_count: { range: INT32 },
  tcp_user_timeout: { range: INT32 },
  sslmode: { env: 'PGSSLMODE', values: SSL_MODES },
  sslnegotiation: { env: 'PGSSLNEGOTIATION', values: ['postgres', 'direct'] },
  sslcompression: {
    env: 'PGSSLCOMPRESSION',
    values: ['0', '1'],
    unsupported: { 1: 'compression gives away what is encrypted, and TLS 1.3 has none' },
  },
  sslcert: { env: 'PGSSLCERT', secret: 'with key' },
  sslkey: { env: 'PGSSLKEY', secret: 'inline' },
  sslcertmode: { env: 'PGSSLCERTMODE', values: ['disable', 'allow', 'require'] },
  sslpassword: { secret: 'always' },
  sslrootcert: { env: 'PGSSLROOTCERT', secret: 'with key' },
  sslcrl: { env: 'PGSSLCRL', secret: 'with key' },
  sslcrldir: { env: 'PGSSLCRLDIR' },
  sslsni: { env: 'PGSSLSNI', flag: true },
  requirepeer: { env: 'PGREQUIREPEER' },
  require_auth: { env: 'PGREQUIREAUTH' },
  min_protocol_version: {
    env: 'PGMINPROTOCOLVERSION',
    values: PROTOCOLS,
    unsupported: { '3.2': NO_PROTOCOL_3_2, latest: NO_PROTOCOL_3_2 },
  },
  max_protocol_version: { env: 'PGMAXPROTOCOLVERSION', values: PROTOCOLS },
  ssl_min_protocol_version: { env: 'PGSSLMINPROTOCOLVERSION', values: TLS_VERSIONS, anyCase: true },
  ssl_max_protocol_version: { env: 'PGSSLMAXPROTOCOLVERSION', values: TLS_VERSIONS, anyCase: true },
  gssencmode: {
    env: 'PGGSSENCMODE',
    values: ['disable', 'prefer', 'require'],
    unsupported: { require: 'it does not do GSSAPI encryption; use TLS with sslmode=verify-full' },
  },
  krbsrvname: { env: 'PGKRBSRVNAME' },
  gsslib: { env: 'PGGSSLIB' },
  gssdelegation: { env: 'PGGSSDELEGATION' },
  replication: {},
  target_session_attrs: {
    env: 'PGTARGETSESSIONATTRS',
    values: ['any', 'read-write', 'read-only', 'primary', 'standby', 'prefer-standby'],
  },
  load_balance_hosts: { env: 'PGLOADBALANCEHOSTS', values: ['disable', 'random'] },
  scram_client_key: { secret: 'always', unsupported: NO_SCRAM_KEYS },
  scram_server_key: { secret: 'always', unsupported: NO_SCRAM_KEYS },
  oauth_issuer: { unsupported: NO_OAUTH },
  oauth_client_id: { unsupported: NO_OAUTH },
  oauth_client_secret: { secret: 'always', unsupported: NO_OAUTH },
  oauth_scope: { unsupported: NO_OAUTH },
  sslkeylogfile: { unsupported: 'a key log lets anyone who reads it decrypt the connection' },
} as const satisfies Record<string, Parameter>

/** Name of a connection parameter. */
export type ParameterName = keyof typeof PARAMETERS

/** Every name, in libpq's order. */
export const PARAMETER_NAMES = Object.keys(PARAMETERS) as ParameterName[]

/** The type of a parsed parameter. */
export type ParameterValue<Name extends ParameterName> = (typeof PARAMETERS)[Name] extends infer Row
  ? Row extends { readonly values: readonly (infer Value)[] }
    ? Value
    : Row extends { readonly range: unknown }
      ? number
      : Row extends { readonly flag: true }
        ? boolean
        : Row extends { readonly secret: 'always' }
          ? Secret
          : Row extends { readonly secret: 'inline' | 'with key' }
            ? string | Secret
            : string
  : never

/** libpq parameter `target_session_attrs`. */
export type TargetSessionAttrs = ParameterValue<'target_session_attrs'>

const NAMED = new Map<string, ParameterName>(
  PARAMETER_NAMES.flatMap((name) => [name, ...(parameter(name).aliases ?? [])].map((word) => [word, name] as const)),
)

// An absent property must not be found on a patched Object.prototype.
for (const row of Object.values(PARAMETERS)) Object.setPrototypeOf(row, null)

/** Returns the row of one parameter. */
export function parameter(name: ParameterName): Parameter {
  return PARAMETERS[name]
}

/** Returns the parameter with this name in connection strings, `dbname` included. */
export function parameterNamed(word: string): ParameterName | undefined {
  return NAMED.get(word)
}
