import type { GradedRuleId } from '../../errors/rule-id.ts'
import type { ServerFacts } from '../live-facts.ts'
import { rule, type Violation } from '../rule.ts'
import { type Severities, severities } from '../severities.ts'

const ATTRIBUTES = 'https://www.postgresql.org/docs/current/role-attributes.html'
const NOT_FOR_APPLICATIONS = severities({ development: 'note', staging: 'warn', strict: 'refuse' })
const WORTH_KNOWING = severities({ staging: 'note', strict: 'warn' })

/** Rules about the rights of the role that the application logs in with. */
export const ROLE = [
  ofRole({
    id: 'role-superuser',
    severity: severities({ development: 'note', staging: 'warn', production: 'refuse' }),
    why: 'one injected statement reads every database, and runs programs on the server',
    references: [ATTRIBUTES],
    what: ({ role }) => role.superuser && 'is a superuser',
    fix: 'log in as a role of its own that has only the rights the application needs',
    ofSuperusers: true,
  }),
  ofRole({
    id: 'role-bypasses-rls',
    severity: NOT_FOR_APPLICATIONS,
    why: 'row-level security does not hold for it',
    references: ['https://www.postgresql.org/docs/current/ddl-rowsecurity.html'],
    what: ({ role }) => role.bypassRls && 'has BYPASSRLS',
    fix: 'ALTER ROLE … NOBYPASSRLS',
  }),
  ofRole({
    id: 'role-creates-roles',
    severity: NOT_FOR_APPLICATIONS,
    why: 'an injected statement can make a role that stays',
    references: [ATTRIBUTES],
    what: ({ role }) => role.createRole && 'has CREATEROLE',
    fix: 'ALTER ROLE … NOCREATEROLE, and make roles with another one',
  }),
  ofRole({
    id: 'role-creates-databases',
    severity: WORTH_KNOWING,
    why: 'applications do not make databases',
    references: [ATTRIBUTES],
    what: ({ role }) => role.createDatabase && 'has CREATEDB',
    fix: 'ALTER ROLE … NOCREATEDB',
  }),
  ofRole({
    id: 'role-replicates',
    severity: NOT_FOR_APPLICATIONS,
    why: 'it can copy the whole cluster',
    references: [ATTRIBUTES],
    what: ({ role }) => role.replication && 'has REPLICATION',
    fix: 'ALTER ROLE … NOREPLICATION, and replicate with another role',
  }),
  ofRole({
    id: 'role-powerful',
    severity: NOT_FOR_APPLICATIONS,
    why: 'these roles read or write every table, files of the server, or more',
    references: ['https://www.postgresql.org/docs/current/predefined-roles.html'],
    what: ({ role }) => role.memberOf.length > 0 && `is a member of ${role.memberOf.join(', ')}`,
    fix: 'revoke the membership, and grant rights on the tables that the application uses',
  }),
  ofRole({
    id: 'role-owns-database',
    severity: WORTH_KNOWING,
    why: 'an owner can drop and grant all that it owns, whatever is revoked',
    references: ['https://www.postgresql.org/docs/current/ddl-priv.html'],
    what: ({ grants, database }) => grants.ownsDatabase === true && `owns the database ${database}`,
    fix: 'let another role own it, which migrations use',
  }),
  ofRole({
    id: 'role-owns-tables',
    severity: WORTH_KNOWING,
    why: 'an owner can drop and alter its tables, and row-level security does not hold for it',
    references: ['https://www.postgresql.org/docs/current/ddl-rowsecurity.html'],
    what: ({ grants }) => grants.ownedTables.length > 0 && `owns tables (${grants.ownedTables.join(', ')})`,
    fix: 'let a role for migrations own them, and grant SELECT, INSERT, UPDATE and DELETE to this one',
  }),
  rule({
    id: 'password-expiring',
    needs: 'server',
    severity: severities({ development: 'note', staging: 'warn' }),
    relaxable: true,
    why: 'every new connection fails when it has expired',
    references: ['https://www.postgresql.org/docs/current/sql-createrole.html'],
    check: ({ role, user }) => expiring(user, role.password),
  }),
] as const

/** A rule about a right; a superuser has all of them, and is reported once. */
function ofRole<const Id extends GradedRuleId>(definition: {
  readonly id: Id
  readonly severity: Severities
  readonly why: string
  readonly references: readonly string[]
  what(facts: ServerFacts): string | false
  readonly fix: string
  readonly ofSuperusers?: true
}) {
  const { what, fix, ofSuperusers, ...rest } = definition
  return rule<Id, true, 'server'>({
    ...rest,
    needs: 'server',
    relaxable: true,
    check: (facts) => {
      const found = (ofSuperusers || !facts.role.superuser) && what(facts)
      return found ? [{ what: `role ${facts.user}, which ${found}`, fix }] : []
    },
  })
}

const WARN_DAYS = 30

function expiring(user: string, password: ServerFacts['role']['password']): readonly Violation[] {
  if (!password || password.daysLeft >= WARN_DAYS) return []
  const what = `the password of role ${user}, which is valid until ${password.validUntil.toISOString().slice(0, 10)}`
  return [{ what, fix: 'set a new password with a later end, or none if a secret store rotates it' }]
}
