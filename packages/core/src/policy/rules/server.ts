import type { GradedRuleId } from '../../errors/rule-id.ts'
import type { ServerFacts } from '../live-facts.ts'
import { rule } from '../rule.ts'
import { SUPPORTED_ON, versionFault } from '../server-versions.ts'
import { type Severities, severities } from '../severities.ts'

const LOGGING = 'https://www.postgresql.org/docs/current/runtime-config-logging.html#RUNTIME-CONFIG-LOGGING-WHAT'
const GRANTS = 'https://www.postgresql.org/docs/current/ddl-schemas.html#DDL-SCHEMAS-PATTERNS'
const FOR_AUDITS = severities({ staging: 'note' })
const MENDED_ON_THE_SERVER = severities({ development: 'note', staging: 'warn', strict: 'refuse' })

/** Rules about the server: its version, its settings, and grants to everyone. */
export const SERVER = [
  ofServer({
    id: 'server-ended',
    severity: severities({ development: 'warn', strict: 'refuse' }),
    why: 'weaknesses that are found in it are not mended any more',
    references: ['https://www.postgresql.org/support/versioning/'],
    what: ({ version, versionNumber, isPostgres }) =>
      isPostgres && versionFault(versionNumber) === 'ended' && `PostgreSQL ${version}, which is no longer supported`,
    fix: () => `upgrade to a supported major release (as of ${SUPPORTED_ON})`,
  }),
  ofServer({
    id: 'server-outdated',
    severity: MENDED_ON_THE_SERVER,
    why: 'a later minor release mends known weaknesses',
    references: ['https://www.postgresql.org/support/security/'],
    what: ({ version, versionNumber, isPostgres }) =>
      isPostgres &&
      typeof versionFault(versionNumber) === 'object' &&
      `PostgreSQL ${version}, which has known weaknesses`,
    fix: ({ versionNumber }) => `update to ${minimumOf(versionNumber)} or later, which needs a restart only`,
  }),
  ofServer({
    id: 'password-encryption-md5',
    severity: MENDED_ON_THE_SERVER,
    why: 'a new password would be stored as md5, which is soon cracked',
    references: ['https://www.postgresql.org/docs/current/runtime-config-connection.html#GUC-PASSWORD-ENCRYPTION'],
    what: ({ settings }) => settings.password_encryption === 'md5' && 'password_encryption=md5 on the server',
    fix: () => "set password_encryption = 'scram-sha-256'",
  }),
  ofServer({
    id: 'password-stored-as-md5',
    severity: MENDED_ON_THE_SERVER,
    why: 'an md5 password is soon cracked, and can be used as it is stored',
    references: ['https://www.postgresql.org/docs/current/auth-password.html'],
    what: ({ md5Roles = 0 }) =>
      md5Roles > 0 && `md5 passwords of ${md5Roles === 1 ? '1 role' : `${md5Roles} roles`} on the server`,
    fix: () => 'set their passwords again (\\password in psql), with password_encryption = scram-sha-256',
  }),
  ofServer({
    id: 'server-tls-minimum',
    severity: MENDED_ON_THE_SERVER,
    why: 'other clients may use TLS versions with known attacks',
    references: ['https://www.postgresql.org/docs/current/runtime-config-connection.html#GUC-SSL-MIN-PROTOCOL-VERSION'],
    what: ({ settings }) =>
      /^(TLSv1|TLSv1\.1)?$/.test(settings.ssl_min_protocol_version ?? 'unseen') &&
      `ssl_min_protocol_version=${settings.ssl_min_protocol_version} on the server`,
    fix: () => "set ssl_min_protocol_version = 'TLSv1.2'",
  }),
  rule({
    id: 'public-may-create',
    needs: 'server',
    severity: MENDED_ON_THE_SERVER,
    relaxable: true,
    why: 'any role can put a function in the path of another one, which then runs it with its own rights',
    references: [GRANTS, 'https://nvd.nist.gov/vuln/detail/CVE-2018-1058'],
    check: ({ database, grants: { publicDatabase, publicSchemas } }) =>
      [...(publicDatabase ? [['database', database]] : []), ...publicSchemas.map((schema) => ['schema', schema])].map(
        ([kind, name]) => ({
          what: `the right of every role to create objects in ${kind} ${name}`,
          fix: `REVOKE CREATE ON ${kind?.toUpperCase()} ${name} FROM PUBLIC`,
        }),
      ),
  }),
  ofServer({
    id: 'public-tables',
    severity: severities({ staging: 'warn' }),
    why: 'every role of the server that may connect to the database has these rights',
    references: ['https://www.postgresql.org/docs/current/ddl-priv.html'],
    what: ({ grants }) => grants.publicTables.length > 0 && `rights of every role on ${grants.publicTables.join(', ')}`,
    fix: ({ grants }) =>
      `REVOKE ALL ON ${grants.publicTables.join(', ')} FROM PUBLIC, and grant to the roles that need it`,
  }),
  ofServer({
    id: 'log-connections',
    severity: FOR_AUDITS,
    why: 'without it no one can tell later who connected, and from where',
    references: [LOGGING],
    what: ({ settings }) => isOff(settings.log_connections) && 'log_connections=off on the server',
    fix: () => 'set log_connections = on',
  }),
  ofServer({
    id: 'log-disconnections',
    severity: FOR_AUDITS,
    why: 'without it no one can tell later how long a session lasted',
    references: [LOGGING],
    what: ({ settings }) => isOff(settings.log_disconnections) && 'log_disconnections=off on the server',
    fix: () => 'set log_disconnections = on',
  }),
  ofServer({
    id: 'log-changes',
    severity: FOR_AUDITS,
    why: 'without it no one can tell later who changed the structure or the rights',
    references: [LOGGING, 'https://github.com/pgaudit/pgaudit'],
    what: ({ settings, pgaudit }) =>
      settings.log_statement === 'none' && !pgaudit && 'log_statement=none on the server, without pgaudit',
    fix: () => "load pgaudit and set pgaudit.log = 'ddl, role', or set log_statement = ddl",
  }),
  ofServer({
    id: 'log-all-statements',
    severity: FOR_AUDITS,
    why: 'the log then holds personal data and secrets that statements carry',
    references: [LOGGING],
    what: ({ settings }) => settings.log_statement === 'all' && 'log_statement=all on the server',
    fix: () => 'set log_statement = ddl, or use pgaudit with pgaudit.log_parameter = off',
  }),
] as const

/** PostgreSQL 18 has a list of events where there was a switch. */
function isOff(value: string | undefined): boolean {
  return value === 'off' || value === ''
}

function minimumOf(versionNumber: number): string {
  const fault = versionFault(versionNumber)
  return typeof fault === 'object' ? fault.minimum : ''
}

function ofServer<const Id extends GradedRuleId>(definition: {
  readonly id: Id
  readonly severity: Severities
  readonly why: string
  readonly references: readonly string[]
  what(facts: ServerFacts): string | false
  fix(facts: ServerFacts): string
}) {
  const { what, fix, ...rest } = definition
  return rule<Id, true, 'server'>({
    ...rest,
    needs: 'server',
    relaxable: true,
    check: (facts) => {
      const found = what(facts)
      return found ? [{ what: found, fix: fix(facts) }] : []
    },
  })
}
