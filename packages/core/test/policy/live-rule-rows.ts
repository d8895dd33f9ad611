import type { LiveRuleId } from '../../src/errors/rule-id.ts'
import type { Facts } from '../../src/policy/facts.ts'
import { ENDPOINT, SERVER, SESSION } from './facts.ts'

/** Facts of a connection. */
export type Live = Pick<Facts, 'session' | 'server' | 'endpoint'>
/** Changed facts of a connection. */
export type Change = Partial<Live>

const session = (changes: Partial<Facts['session']>): Change => ({ session: { ...SESSION, ...changes } })
const tls = (changes: Partial<NonNullable<Facts['session']['tls']>>): Change =>
  session({ tls: { ...(SESSION.tls as NonNullable<typeof SESSION.tls>), ...changes } })
const login = (method: 'none' | 'md5' | 'password' | 'scram-sha-256') =>
  session({ authentication: { method, channelBound: false } })
const endpoint = (changes: Partial<Facts['endpoint']>): Change => ({ endpoint: { ...ENDPOINT, ...changes } })
const server = (changes: Partial<Facts['server']>): Change => ({ server: { ...SERVER, ...changes } })
const role = (changes: Partial<Facts['server']['role']>) => server({ role: { ...SERVER.role, ...changes } })
const grants = (changes: Partial<Facts['server']['grants']>) => server({ grants: { ...SERVER.grants, ...changes } })
const setting = (name: string, value: string | undefined) => server({ settings: { ...SERVER.settings, [name]: value } })
const logged = (destination: string, prefix: string) =>
  server({ settings: { ...SERVER.settings, log_destination: destination, log_line_prefix: prefix } })
const version = (major: number, minor: number) =>
  server({ version: `${major}.${minor}`, versionNumber: major * 10_000 + minor })
const notice = (code: string) => ({ severity: 'WARNING', code, message: 'role password will expire soon' })
const validFor = (daysLeft: number) => role({ password: { validUntil: new Date('2027-01-31T12:00:00Z'), daysLeft } })

const { connections: _limit, ...WITHOUT_LIMIT } = ENDPOINT

/** Grades in development, test, staging, production and strict: `-` off, `n` note, `w` warn, `r` refuse. */
type Grades =
  | '---nn'
  | '--nnn'
  | '--nnw'
  | '--wwr'
  | '--www'
  | 'nnwrr'
  | 'nnwwr'
  | 'nnwww'
  | 'wwrrr'
  | 'wrrrr'
  | 'wwwww'
  | 'wwwwr'

/** Violations of each rule with the words that name them, and similar facts without a violation. */
export const LIVE_ROWS: Readonly<
  Record<LiveRuleId, { grades: Grades; broken: readonly (readonly [Change, what: string])[]; kept: readonly Change[] }>
> = {
  'tls-protocol-old': {
    grades: 'wwrrr',
    broken: [
      [tls({ protocol: 'TLSv1.1' }), 'TLSv1.1 in the connection to db.example:5432'],
      [tls({ protocol: 'TLSv1' }), 'TLSv1 in the connection to db.example:5432'],
    ],
    kept: [tls({ protocol: 'TLSv1.2' })],
  },
  'tls-cipher-weak': {
    grades: 'nnwwr',
    broken: ['AES256-GCM-SHA384', 'ECDHE-RSA-AES256-SHA', 'DES-CBC3-SHA', 'ECDHE-RSA-AES128-SHA256'].map((cipher) => [
      tls({ protocol: 'TLSv1.2', cipher }),
      `the cipher ${cipher} of the connection to db.example:5432`,
    ]),
    kept: ['ECDHE-RSA-AES256-GCM-SHA384', 'ECDHE-ECDSA-CHACHA20-POLY1305', 'DHE-RSA-AES128-GCM-SHA256'].map((cipher) =>
      tls({ protocol: 'TLSv1.2', cipher }),
    ),
  },
  'key-exchange-classical': {
    grades: '--nnn',
    broken: [
      [
        tls({ group: 'prime256v1', keyExchange: 'classical' }),
        'a classical key exchange (prime256v1) with db.example:5432',
      ],
    ],
    kept: [tls({ group: undefined, keyExchange: undefined })],
  },
  'login-without-proof': {
    grades: 'nnwwr',
    broken: [[login('none'), 'a login at db.example:5432 without a password and without a client certificate']],
    kept: [
      session({ isSocket: true, authentication: { method: 'none', channelBound: false } }),
      session({
        authentication: { method: 'none', channelBound: false },
        tls: { ...(SESSION.tls as NonNullable<typeof SESSION.tls>), clientCertificate: true },
      }),
    ],
  },
  'login-md5': {
    grades: 'wwwwr',
    broken: [[login('md5'), 'a login at db.example:5432 by md5']],
    kept: [login('password')],
  },
  'login-cleartext': {
    grades: '--nnn',
    broken: [[login('password'), 'a login at db.example:5432 with the password in cleartext']],
    kept: [login('md5')],
  },
  'channel-unbound': {
    grades: '--nnn',
    broken: [[login('scram-sha-256'), 'a login at db.example:5432 that is not bound to its TLS connection']],
    kept: [login('password')],
  },
  'login-warning': {
    grades: 'wwwww',
    broken: [
      [
        session({ notices: [notice('01000'), notice('00000')] }),
        'a warning of db.example:5432 at the login: role password will expire soon',
      ],
    ],
    kept: [session({ notices: [notice('00000')] })],
  },
  'plaintext-behind-proxy': {
    grades: 'wrrrr',
    broken: [
      [
        endpoint({ plaintextBehind: true }),
        'the connection to db.example:5432, which is encrypted up to a proxy or pooler and plaintext behind it',
      ],
    ],
    kept: [endpoint({ pooler: 'PgBouncer' })],
  },
  'endpoint-public': {
    grades: '--nnw',
    broken: [
      [endpoint({ network: 'public', address: '192.0.2.7' }), 'the public address 192.0.2.7 of db.example:5432'],
    ],
    kept: [endpoint({ network: 'this machine' })],
  },
  'pooler-in-path': {
    grades: '--nnn',
    broken: [[endpoint({ pooler: 'RDS Proxy' }), 'the path to db.example:5432 through RDS Proxy']],
    kept: [],
  },
  'pool-too-large': {
    grades: 'wwwww',
    broken: [
      [
        endpoint({ poolMax: 98 }),
        'a pool of up to 98 connections in this process, where db.example:5432 has 97 for this role',
      ],
      [
        endpoint({ poolMax: 20, instances: 5 }),
        'pools of up to 20 connections in each of 5 processes, 100 in all, where db.example:5432 has 97 for this role',
      ],
    ],
    kept: [
      endpoint({ poolMax: 97, instances: 1 }),
      endpoint({ poolMax: 19, instances: 5 }),
      { endpoint: { ...WITHOUT_LIMIT, poolMax: 100, instances: 100 } },
    ],
  },
  'role-superuser': {
    grades: 'nnwrr',
    broken: [[role({ superuser: true, bypassRls: true, createRole: true }), 'role app, which is a superuser']],
    kept: [],
  },
  'role-bypasses-rls': {
    grades: 'nnwwr',
    broken: [[role({ bypassRls: true }), 'role app, which has BYPASSRLS']],
    kept: [role({ superuser: true, bypassRls: true })],
  },
  'role-creates-roles': {
    grades: 'nnwwr',
    broken: [[role({ createRole: true }), 'role app, which has CREATEROLE']],
    kept: [],
  },
  'role-creates-databases': {
    grades: '--nnw',
    broken: [[role({ createDatabase: true }), 'role app, which has CREATEDB']],
    kept: [],
  },
  'role-replicates': {
    grades: 'nnwwr',
    broken: [[role({ replication: true }), 'role app, which has REPLICATION']],
    kept: [],
  },
  'role-powerful': {
    grades: 'nnwwr',
    broken: [
      [
        role({ memberOf: ['pg_read_all_data', 'rds_superuser'] }),
        'role app, which is a member of pg_read_all_data, rds_superuser',
      ],
    ],
    kept: [],
  },
  'role-owns-database': {
    grades: '--nnw',
    broken: [[grants({ ownsDatabase: true }), 'role app, which owns the database orders']],
    kept: [grants({ ownsDatabase: undefined })],
  },
  'role-owns-tables': {
    grades: '--nnw',
    broken: [[grants({ ownedTables: ['public.a', 'public.b'] }), 'role app, which owns tables (public.a, public.b)']],
    kept: [],
  },
  'password-expiring': {
    grades: 'nnwww',
    broken: [29, -1].map((days) => [validFor(days), 'the password of role app, which is valid until 2027-01-31']),
    kept: [validFor(30)],
  },
  'server-ended': {
    grades: 'wwwwr',
    broken: [[version(14, 30), 'PostgreSQL 14.30, which is no longer supported']],
    kept: [version(20, 0), version(0, 0), server({ version: '13.0.0', versionNumber: 130_000, isPostgres: false })],
  },
  'server-outdated': {
    grades: 'nnwwr',
    broken: [
      [15, 19],
      [16, 15],
      [17, 11],
      [18, 6],
    ].map(([major = 0, minor = 0]) => [
      version(major, minor),
      `PostgreSQL ${major}.${minor}, which has known weaknesses`,
    ]),
    kept: [version(15, 20), version(16, 16), version(17, 12), version(18, 8), version(19, 0)],
  },
  'password-encryption-md5': {
    grades: 'nnwwr',
    broken: [[setting('password_encryption', 'md5'), 'password_encryption=md5 on the server']],
    kept: [setting('password_encryption', undefined)],
  },
  'password-stored-as-md5': {
    grades: 'nnwwr',
    broken: [
      [server({ md5Roles: 1 }), 'md5 passwords of 1 role on the server'],
      [server({ md5Roles: 7 }), 'md5 passwords of 7 roles on the server'],
    ],
    kept: [server({ md5Roles: undefined })],
  },
  'password-iterations-low': {
    grades: 'nnwwr',
    broken: [[setting('scram_iterations', '1000'), 'scram_iterations=1000 on the server']],
    kept: [setting('scram_iterations', '600000'), setting('scram_iterations', undefined)],
  },
  'server-tls-minimum': {
    grades: 'nnwwr',
    broken: [
      [setting('ssl_min_protocol_version', 'TLSv1'), 'ssl_min_protocol_version=TLSv1 on the server'],
      [setting('ssl_min_protocol_version', 'TLSv1.1'), 'ssl_min_protocol_version=TLSv1.1 on the server'],
      [setting('ssl_min_protocol_version', ''), 'ssl_min_protocol_version= on the server'],
    ],
    kept: [setting('ssl_min_protocol_version', undefined), setting('ssl_min_protocol_version', 'TLSv1.3')],
  },
  'public-may-create': {
    grades: 'nnwwr',
    broken: [
      [grants({ publicDatabase: true }), 'the right of every role to create objects in database orders'],
      [grants({ publicSchemas: ['public'] }), 'the right of every role to create objects in schema public'],
    ],
    kept: [grants({ publicDatabase: undefined })],
  },
  'public-may-connect': {
    grades: '--nnn',
    broken: [[grants({ publicConnects: true }), 'the right of every role to connect to database orders']],
    kept: [grants({ publicConnects: undefined })],
  },
  'public-tables': {
    grades: '--www',
    broken: [[grants({ publicTables: ['public.users'] }), 'rights of every role on public.users']],
    kept: [],
  },
  'log-connections': {
    grades: '--nnn',
    broken: ['off', ''].map((value) => [setting('log_connections', value), 'log_connections=off on the server']),
    kept: [setting('log_connections', 'receipt,authentication'), setting('log_connections', undefined)],
  },
  'log-disconnections': {
    grades: '--nnn',
    broken: [[setting('log_disconnections', 'off'), 'log_disconnections=off on the server']],
    kept: [setting('log_disconnections', undefined)],
  },
  'log-changes': {
    grades: '--nnn',
    broken: [[setting('log_statement', 'none'), 'log_statement=none on the server, without pgaudit']],
    kept: [
      setting('log_statement', 'mod'),
      server({ pgaudit: true, settings: { ...SERVER.settings, log_statement: 'none' } }),
    ],
  },
  'log-all-statements': {
    grades: '--nnn',
    broken: [[setting('log_statement', 'all'), 'log_statement=all on the server']],
    kept: [setting('log_statement', 'mod')],
  },
  'log-line-prefix': {
    grades: '--nnn',
    broken: [
      [
        setting('log_line_prefix', '%m [%p] '),
        'log_line_prefix on the server without %u (role), %d (database), %h (client)',
      ],
      [setting('log_line_prefix', '%t %-10u %%d %r '), 'log_line_prefix on the server without %d (database)'],
      [logged('jsonlog,stderr', ''), 'log_line_prefix on the server without %u (role), %d (database), %h (client)'],
    ],
    kept: [
      setting('log_line_prefix', '%t:%r:%u@%d:[%p]:'),
      setting('log_line_prefix', undefined),
      logged('jsonlog', ''),
      logged('csvlog', ''),
    ],
  },
  'application-unnamed': {
    grades: '--nnn',
    broken: [[setting('application_name', ''), 'a session of role app without an application_name']],
    kept: [setting('application_name', undefined)],
  },
  'statement-unlimited': {
    grades: '--nnn',
    broken: [
      [
        setting('statement_timeout', '0'),
        'statement_timeout=0 for role app in database orders, unless options of the driver set one',
      ],
    ],
    kept: [setting('statement_timeout', undefined)],
  },
  'idle-transaction-unlimited': {
    grades: '--nnn',
    broken: [
      [
        setting('idle_in_transaction_session_timeout', '0'),
        'idle_in_transaction_session_timeout=0 for role app in database orders, unless options of the driver set one',
      ],
    ],
    kept: [
      setting('idle_in_transaction_session_timeout', undefined),
      server({
        settings: {
          ...SERVER.settings,
          idle_in_transaction_session_timeout: '0',
          transaction_timeout: '60000',
        },
      }),
    ],
  },
  'server-not-durable': {
    grades: '--nnw',
    broken: [
      [setting('fsync', 'off'), 'fsync=off on the server'],
      [setting('full_page_writes', 'off'), 'full_page_writes=off on the server'],
    ],
    kept: [setting('fsync', undefined), setting('full_page_writes', undefined)],
  },
}
