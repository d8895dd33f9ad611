import { severities } from '../severities.ts'
import { ofServer } from './of-server.ts'

const LOGGING = 'https://www.postgresql.org/docs/current/runtime-config-logging.html#RUNTIME-CONFIG-LOGGING-WHAT'
const FOR_AUDITS = severities({ staging: 'note' })

/** Rules about the log of the server, and the traces of a session in it. */
export const LOG = [
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
  ofServer({
    id: 'log-line-prefix',
    severity: FOR_AUDITS,
    why: 'a line of the log without role, database and client does not tell who did something, and from where',
    references: ['https://www.postgresql.org/docs/current/runtime-config-logging.html#GUC-LOG-LINE-PREFIX'],
    what: ({ settings: { log_line_prefix: prefix, log_destination: destination } }) =>
      prefix !== undefined &&
      isPlainText(destination) &&
      missingIn(prefix).length > 0 &&
      `log_line_prefix on the server without ${missingIn(prefix).join(', ')}`,
    fix: () => "set log_line_prefix = '%m [%p] %u@%d %h %a ', or log as jsonlog",
  }),
  ofServer({
    id: 'application-unnamed',
    severity: FOR_AUDITS,
    why: 'the log and pg_stat_activity do not tell which application a session is of',
    references: ['https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNECT-APPLICATION-NAME'],
    what: ({ settings, user }) =>
      settings.application_name === '' && `a session of role ${user} without an application_name`,
    fix: () => 'set application_name (PGAPPNAME) to the name of the application',
  }),
] as const

/** PostgreSQL 18 has a list of events where there was a switch. */
function isOff(value: string | undefined): boolean {
  return value === 'off' || value === ''
}

/** True unless the log has a form with a column for everything; `undefined` is not seen, and is taken for the default. */
function isPlainText(destination = 'stderr'): boolean {
  return /\b(stderr|syslog|eventlog)\b/.test(destination)
}

/** The user, the database and the address of the client, as far as the prefix does not have them. */
function missingIn(prefix: string): readonly string[] {
  const escapes = new Set([...prefix.matchAll(/%-?\d*(.)/g)].map(([, letter]) => letter))
  const places = [
    ['%u (role)', ['u']],
    ['%d (database)', ['d']],
    ['%h (client)', ['h', 'r']],
  ] as const
  return places.filter(([, any]) => !any.some((one) => escapes.has(one))).map(([name]) => name)
}
