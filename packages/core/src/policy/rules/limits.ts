import type { ServerFacts } from '../live-facts.ts'
import { severities } from '../severities.ts'
import { ofServer } from './of-server.ts'

const WORTH_SETTING = severities({ staging: 'note' })
const STATEMENTS = 'https://www.postgresql.org/docs/current/runtime-config-client.html'

/** Rules about the limits that the server sets to the sessions of the role. */
export const LIMITS = [
  ofServer({
    id: 'statement-unlimited',
    severity: WORTH_SETTING,
    why: 'a statement without an end holds its connection and its locks, and a client that goes away does not end it',
    references: [`${STATEMENTS}#GUC-STATEMENT-TIMEOUT`],
    what: ({ settings, ...session }) => settings.statement_timeout === '0' && `statement_timeout=0 ${of(session)}`,
    fix: ({ user }) =>
      `ALTER ROLE ${user} SET statement_timeout = '30s', and let migrations and reports have a role without it`,
  }),
  ofServer({
    id: 'idle-transaction-unlimited',
    severity: WORTH_SETTING,
    why: 'a transaction that is forgotten holds its connection and its locks, and keeps VACUUM from its work',
    references: [`${STATEMENTS}#GUC-IDLE-IN-TRANSACTION-SESSION-TIMEOUT`],
    what: ({ settings: { idle_in_transaction_session_timeout: idle, transaction_timeout: whole = '0' }, ...session }) =>
      idle === '0' && whole === '0' && `idle_in_transaction_session_timeout=0 ${of(session)}`,
    fix: ({ user }) => `ALTER ROLE ${user} SET idle_in_transaction_session_timeout = '60s'`,
  }),
] as const

function of({ user, database }: Pick<ServerFacts, 'user' | 'database'>): string {
  return `for role ${user} in database ${database}, unless options of the driver set one`
}
