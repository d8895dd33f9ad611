import type { Found } from '../found.ts'
import { isPlaceholder } from './placeholder.ts'
import type { Reach } from './reach.ts'
import { judgeSslmode } from './sslmode.ts'

/** A name with a literal value: a variable, a key of a file, a server's parameter. */
export interface Setting extends Pick<Found, 'start' | 'end'> {
  readonly name: string
  readonly value: string
}

const OTHER_SYSTEM = /mysql|maria|mongo|redis|smtp|mail|kafka|rabbit|amqp|ldap|elastic|opensearch|mssql|http/i
const DATABASE = /^(|.*_)(pg|postgres(ql)?|postgresdb|db|database|typeorm|sequelize|knex|rds|cubejs)(_|$)/i
const OFF = /^(0|false|no|off)$/i
const ON = /^(1|true|yes|on)$/i

/** Judges one setting; `reach` is the reach of the host that the settings beside it name. */
export function judgeSetting(setting: Setting, reach: Reach, options: { readonly secrets: boolean }): readonly Found[] {
  const { name, start, end } = setting
  const value = setting.value.trim()
  const place = { start, end }
  if (name === 'NODE_TLS_REJECT_UNAUTHORIZED') {
    if (value !== '0') return []
    return [
      {
        rule: 'process-wide-switch',
        what: 'NODE_TLS_REJECT_UNAUTHORIZED=0 turns verification off in the whole process',
        ...place,
      },
    ]
  }
  if (/^(rds\.force_ssl|force_ssl)$/i.test(name) && OFF.test(value)) return allowsPlaintext('rds.force_ssl=0')
  if (/^require_secure_transport$/i.test(name) && OFF.test(value))
    return allowsPlaintext('require_secure_transport=off')
  if (/^(ssl_enforcement_enabled|require_ssl)$/i.test(name) && OFF.test(value))
    return allowsPlaintext(`${name}=${value}`)
  if (/^ssl_?mode$/i.test(name) && value === 'ALLOW_UNENCRYPTED_AND_ENCRYPTED')
    return allowsPlaintext(`${name}=${value}`)
  if (/^POSTGRES_HOST_AUTH_METHOD$|^host_auth_method$/i.test(name)) {
    if (value === 'trust')
      return [{ rule: 'trust-authentication', what: `${name}=trust lets anyone in without a password`, ...place }]
    if (value === 'password' || value === 'md5')
      return [{ rule: 'weak-authentication', what: `${name}=${value} is weak`, ...place }]
    return []
  }
  if (/^server_tls_sslmode$|PGBOUNCER_SERVER_TLS_SSLMODE$|^SERVER_TLS_SSLMODE$/i.test(name)) {
    if (!/^(disable|allow|prefer|require|verify-ca)$/.test(value)) return []
    const severity = value === 'verify-ca' ? 'warn' : 'refuse'
    return [{ rule: 'pooler-unverified', severity, what: `${name}=${value} does not verify the server`, ...place }]
  }
  if (OTHER_SYSTEM.test(name)) return []
  if (/ssl_?mode$/i.test(name) && !/^client_/i.test(name)) {
    const isVariable = name === 'PGSSLMODE' || name === name.toUpperCase()
    return judgeSslmode(name, value, reach, place, isVariable)
  }
  if (/reject_?unauthorized$/i.test(name) && DATABASE.test(name) && OFF.test(value) && reach !== 'local') {
    return [{ rule: 'verification-off', what: `${name}=${value} turns off the verification of the server`, ...place }]
  }
  const isSkip =
    /(allow_?self_?signed|skip_?(ssl|tls)?_?verif\w*|(ssl|tls)_?insecure|accept_?invalid_?certs|no_?verify|trust_?server_?certificate)$/i.test(
      name,
    )
  if (isSkip && DATABASE.test(name) && ON.test(value)) {
    return [{ rule: 'verification-off', what: `${name}=${value} turns off the verification of the server`, ...place }]
  }
  if (/(ssl|tls)_?verify$/i.test(name) && DATABASE.test(name) && OFF.test(value)) {
    return [{ rule: 'verification-off', what: `${name}=${value} turns off the verification of the server`, ...place }]
  }
  if (
    /^((\w*_)?(db|database)_?ssl(_?enabled)?|pg_?ssl|postgres(ql)?_ssl(_enabled)?)$/i.test(name) &&
    reach === 'remote'
  ) {
    if (/^(no-verify|allow|prefer|disable)$/.test(value)) return judgeSslmode(name, value, reach, place)
    if (OFF.test(value)) return [{ rule: 'plaintext', what: `${name}=${value} connects in plaintext`, ...place }]
  }
  if (options.secrets && isSecret(setting)) {
    return [
      {
        rule: 'secret-in-source',
        severity: reach === 'remote' ? 'refuse' : 'warn',
        what: `${name} holds a password`,
        ...place,
      },
    ]
  }
  return []

  function allowsPlaintext(what: string): readonly Found[] {
    return [{ rule: 'server-allows-plaintext', what: `${what} lets clients connect in plaintext`, ...place }]
  }
}

/** True for a password of a database that is none of an example. */
export function isSecret({ name, value }: Pick<Setting, 'name' | 'value'>): boolean {
  if (OTHER_SYSTEM.test(name) || !/(^PGPASSWORD|_?(password|passwd|pass|pwd))$/i.test(name)) return false
  if (name !== 'PGPASSWORD' && !DATABASE.test(name)) return false
  return !isPlaceholder(value.trim().replace(/^(["'])(.*)\1$/, '$2')) && !/^[/.]|\s/.test(value.trim())
}

/** True for the name of a variable or key that tells a database's host. */
export function namesHost(name: string): boolean {
  return (
    /^(host|hostname|PGHOST|(\w+_)?(DB|DATABASE|POSTGRES|POSTGRESQL|PG|RDS)_?(HOST|HOSTNAME|SERVER))$/i.test(name) &&
    !OTHER_SYSTEM.test(name)
  )
}
