import { ServerError } from '@verifull/core/adapter'
import { printable } from '@verifull/core/diagnostics'
import type { Diagnosis } from './diagnosis.ts'
import type { Place } from './place.ts'

/** An error with which servers and poolers end a login. */
interface KnownError {
  /** SQLSTATEs. Default: any. */
  readonly codes?: readonly string[]
  /** Text of the message. Default: any. */
  readonly text?: RegExp
  readonly fix: string | ((place: Place) => string)
  /** The cause. Default: the server's own words. */
  readonly what?: (place: Place) => string
  /** True if the server is not ready, or full: it may accept the same login later. */
  readonly later?: true
}

const user = ({ user: name }: Place) => (name === undefined ? 'the user' : `user "${printable(name)}"`)
const database = ({ database: name }: Place) => (name === undefined ? 'the database' : `database "${printable(name)}"`)

const REJECTED = (place: Place) =>
  `the server rejected the password of ${user(place)}${place.password === undefined ? '' : ` (from ${place.password})`}`
const PASSWORD =
  'correct user and password, or set the password anew with ALTER ROLE; if they are right, the role may have no password, or VALID UNTIL in \\du may be over: the log of the server says which'
const DATABASE = 'correct database (DB_NAME), or create it; without one, the name of the user is the database'
const CONNECTIONS =
  'lower the limits of the pools (poolSizeFor), end idle sessions, put a pooler in front, or raise max_connections or the CONNECTION LIMIT'

/**
 * The special before the general; the first that fits explains the error. Texts that say enough need no code: poolers hand on
 * those of the server with a code of their own.
 */
const KNOWN: readonly KnownError[] = [
  {
    text: /endpoint id is not specified|missing cluster identifier|codeParamsRoutingFailed/i,
    what: () => 'the proxy cannot tell which server is meant: it reads it from the name in the handshake (SNI)',
    fix: 'set host to the name that the provider gives, and hostaddr to the address if the connection goes through a tunnel; leave sslsni out',
  },
  {
    text: /tenant or user not found/i,
    what: (place) => `the pooler knows no project for ${user(place)}`,
    fix: 'set the user to postgres.PROJECT (the role, a dot, the reference of the project), and use the host of the region of the project',
  },
  {
    text: /RDS proxy has no credentials/i,
    what: (place) => `RDS Proxy has no secret for ${user(place)}`,
    fix: 'store user and password of that role in Secrets Manager, and add the secret to the proxy',
  },
  {
    text: /unsupported startup parameter/i,
    fix: 'remove that parameter from the settings, the URL or the driver options, or add it to ignore_startup_parameters in pgbouncer.ini',
  },
  {
    text: /^SSL required$/i,
    what: () => 'the pooler refuses connections without TLS',
    fix: 'use sslmode=verify-full',
  },
  {
    text: /^database ".*" is disabled$/s,
    what: (place) => `the pooler has ${database(place)} disabled`,
    fix: 'ENABLE it in the console of PgBouncer when the work there is done',
    later: true,
  },
  {
    codes: ['08P01'],
    text: /^not allowed$/,
    what: (place) => `${database(place)} is the console of PgBouncer, where ${user(place)} is not admitted`,
    fix: DATABASE,
  },
  {
    text: /no such database/i,
    what: (place) => `the pooler has no ${database(place)}`,
    fix: 'correct database, or add it to [databases] in pgbouncer.ini',
  },
  {
    text: /circuit ?breaker|too many authentication/i,
    what: () => 'the pooler blocks this address after too many failed logins',
    fix: 'wait two minutes without a login, and correct the password meanwhile: each try prolongs the block',
    later: true,
  },
  {
    codes: ['08P01', '08006', '58000', 'XX000'],
    text: /server (login|connection|conn)|server_login_retry|pgbouncer cannot connect|failed to create a backend connection|backend nodes are down|could not get connection from the pool/i,
    what: () => 'the pooler is there, and cannot log in to the server behind it',
    fix: 'look at the log of the pooler: its own password, its server_tls settings, or the server behind it is wrong',
    later: true,
  },
  {
    text: /no pg_hba\.conf entry.*(no encryption|SSL off)/s,
    what: (place) =>
      `${place.encrypted ? 'TLS ends at a proxy or pooler, which goes on in plaintext: ' : ''}the server admits no connection of ${user(place)} to ${database(place)} without TLS`,
    fix: ({ encrypted }) =>
      encrypted
        ? 'let the proxy or pooler go on over verified TLS: server_tls_sslmode = verify-full in PgBouncer, ssl verify required with ca-file in HAProxy; or let it pass TLS through'
        : 'use sslmode=verify-full',
  },
  {
    text: /no pg_hba\.conf entry/,
    what: (place) => `no line of pg_hba.conf admits ${user(place)} to ${database(place)} from this address over TLS`,
    fix: (place) =>
      `add a line such as "hostssl ${printable(place.database ?? 'DATABASE')} ${printable(place.user ?? 'USER')} ADDRESS/32 scram-sha-256" to pg_hba.conf and reload; at a hosting provider, add this address to the list of allowed ones`,
  },
  {
    codes: ['28000'],
    text: /pg_hba\.conf(?! rejects)/,
    what: (place) => `no line of pg_hba.conf admits ${user(place)} to ${database(place)} from this address`,
    fix: 'add a hostssl line for it to pg_hba.conf and reload',
  },
  {
    text: /pg_hba\.conf rejects/,
    what: (place) => `a line of pg_hba.conf rejects ${user(place)} from this address`,
    fix: 'remove the reject line if it is not meant, or connect as another user or from another network',
  },
  {
    text: /not permitted to log in/,
    what: (place) => `${user(place)} is a role without LOGIN`,
    fix: 'connect as a role with LOGIN that is a member of it, or ALTER ROLE … LOGIN',
  },
  {
    text: /^role ".*" does not exist$/s,
    what: (place) => `the server has no role for ${user(place)}`,
    fix: 'correct user, or create the role',
  },
  {
    text: /valid client certificate/,
    what: (place) => `the server demands a client certificate of ${user(place)}`,
    fix: 'set sslcert and sslkey (DB_SSL_CERT, DB_SSL_KEY) to a certificate of a CA in its ssl_ca_file, made for clients',
  },
  {
    text: /certificate authentication failed/,
    what: (place) => `the client certificate is not for ${user(place)}: its common name is another`,
    fix: 'use the certificate whose common name is the user, correct user, or map the two in pg_ident.conf',
  },
  {
    text: /PAM authentication failed/,
    what: (place) => `the server asks PAM, which rejected ${user(place)}`,
    fix: 'on Amazon RDS, that is IAM: grant rds_iam to the role, allow rds-db:connect, and use a token that is younger than 15 minutes',
  },
  {
    text: /(peer|ident) authentication failed/i,
    what: (place) => `the user of this process is not ${user(place)}, as peer or ident in pg_hba.conf demands`,
    fix: 'run as that user, map the two in pg_ident.conf, or use scram-sha-256 in pg_hba.conf',
  },
  {
    text: /too many (connections|clients)|remaining connection slots|no more connections allowed|client connections exceeded|max ?clients|max client conn|query_wait_timeout|pool checkout timeout/i,
    what: () => 'every connection that the server, the role or the database allows is in use',
    fix: CONNECTIONS,
    later: true,
  },
  {
    text: /(starting up|shutting down|in recovery)|not (yet )?accepting (connections|clients)|database removed|admin forced disconnect/i,
    what: () => 'the server is starting up, recovering or shutting down',
    fix: 'wait and try again; if it lasts, look at the log of the server',
    later: true,
  },
  {
    text: /^database ".*" does not exist$/s,
    what: (place) => `the server has no ${database(place)}`,
    fix: DATABASE,
  },
  {
    codes: ['28P01', '28000', '08P01', 'XX000'],
    text: /password|authentication|auth|secret|credential|no such user/i,
    what: REJECTED,
    fix: PASSWORD,
  },
  {
    codes: ['28P01'],
    what: REJECTED,
    fix: PASSWORD,
  },
  {
    codes: ['3D000'],
    what: (place) => `the server has no ${database(place)}`,
    fix: DATABASE,
  },
  {
    codes: ['42501'],
    text: /database/,
    what: (place) => `${user(place)} may not connect to ${database(place)}`,
    fix: 'GRANT CONNECT ON DATABASE … TO that role, or correct user and database',
  },
  {
    codes: ['55000'],
    what: (place) => `${database(place)} admits no connections at present`,
    fix: 'connect to another database: it is a template, or ALLOW_CONNECTIONS is false',
  },
  {
    codes: ['53300'],
    fix: CONNECTIONS,
    later: true,
  },
  {
    codes: ['58P01'],
    fix: 'install that library on the server, or take it out of session_preload_libraries and local_preload_libraries: ALTER ROLE … RESET, ALTER DATABASE … RESET, or options',
  },
  {
    codes: ['P0001'],
    fix: 'meet the condition of the function that raised it: an event trigger of the database (ON login) decides about sessions',
  },
  {
    codes: ['57P03', '57P01', '57P02', '53100', '53200', '53400'],
    fix: 'look at the log of the server and at its resources, and try again',
    later: true,
  },
  {
    codes: ['42704', '22023', '42602', '55P02'],
    fix: 'correct or remove that parameter in options, client_encoding or the driver options',
  },
]

/** Explains the error with which a server or pooler ended the login; undefined for any other error. */
export function serverDiagnosis(error: unknown, place: Place): Diagnosis | undefined {
  if (!(error instanceof ServerError)) return undefined
  const { code, message } = error
  const known = KNOWN.find(
    ({ codes, text }) => (codes?.includes(code) ?? true) && (text?.test(message.slice(0, 1000)) ?? true),
  )
  const words = `the server refused the session: ${printable(message, 300)} (${code})`
  if (!known) return { code, what: words, fix: 'look at the log of the server', unreachable: false }
  const { what, fix, later = false } = known
  // The error of a secret that was asked for again says something only where the secret is at fault.
  const cause = what === REJECTED && error.cause instanceof Error ? `: ${error.cause.message.split('; ')[0]}` : ''
  return {
    code,
    what: what ? `${what(place)} (${code})${cause}` : words,
    fix: typeof fix === 'string' ? fix : fix(place),
    unreachable: later,
  }
}
