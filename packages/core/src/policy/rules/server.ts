import { rule } from '../rule.ts'
import { SUPPORTED_ON, versionFault } from '../server-versions.ts'
import { severities } from '../severities.ts'
import { ofServer } from './of-server.ts'

const GRANTS = 'https://www.postgresql.org/docs/current/ddl-schemas.html#DDL-SCHEMAS-PATTERNS'
const MENDED_ON_THE_SERVER = severities({ development: 'note', staging: 'warn', strict: 'refuse' })

/** Rules about the server: its version, the settings that protect it, and grants to everyone. */
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
    id: 'password-iterations-low',
    severity: MENDED_ON_THE_SERVER,
    why: 'a new password would be cracked sooner than with the default, and Verifull sends its proof to verified servers alone',
    references: ['https://www.postgresql.org/docs/current/runtime-config-connection.html#GUC-SCRAM-ITERATIONS'],
    what: ({ settings }) =>
      Number(settings.scram_iterations ?? DEFAULT_ITERATIONS) < DEFAULT_ITERATIONS &&
      `scram_iterations=${settings.scram_iterations} on the server`,
    fix: () => `set scram_iterations = ${DEFAULT_ITERATIONS} or more, and the passwords again that were set meanwhile`,
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
    id: 'public-may-connect',
    severity: severities({ staging: 'note' }),
    why: 'every role of the server reaches the database, with all that is granted to everyone in it',
    references: ['https://www.postgresql.org/docs/current/ddl-priv.html'],
    what: ({ database, grants }) =>
      grants.publicConnects === true && `the right of every role to connect to database ${database}`,
    fix: ({ database }) => `REVOKE CONNECT ON DATABASE ${database} FROM PUBLIC, and grant it to the roles that need it`,
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
    id: 'server-not-durable',
    severity: severities({ staging: 'note', strict: 'warn' }),
    why: 'a crash of its machine loses or corrupts data that was committed',
    references: ['https://www.postgresql.org/docs/current/runtime-config-wal.html#GUC-FSYNC'],
    what: ({ settings }) => {
      const off = (['fsync', 'full_page_writes'] as const).filter((name) => settings[name] === 'off')
      return off.length > 0 && `${off.map((name) => `${name}=off`).join(', ')} on the server`
    },
    fix: () => 'set fsync = on and full_page_writes = on, and leave off to servers of tests',
  }),
] as const

/** PostgreSQL's default, and the fewest that are done for a server that is not verified. */
const DEFAULT_ITERATIONS = 4096

function minimumOf(versionNumber: number): string {
  const fault = versionFault(versionNumber)
  return typeof fault === 'object' ? fault.minimum : ''
}
