import { type PostgresServer, postgresMajors, startPostgres } from '@verifull/test-harness'
import { createHierarchy } from '@verifull/test-harness/fixtures'
import { afterAll, describe, expect, test } from 'vitest'
import { serverFacts } from '../../src/checks/server-facts.ts'
import { verifyConnection } from '../../src/checks/verify-connection.ts'
import type { Settings } from '../../src/parameters/settings.ts'
import { checked, strictSettings } from './checked.ts'

const { root, servers } = await createHierarchy()
const PASSWORD = 'canary-Wae7uo'

/** Settings of a server that each break a rule, and settings that keep it. */
const BROKEN = {
  password_encryption: 'md5',
  ssl_min_protocol_version: 'TLSv1',
  log_connections: 'off',
  log_disconnections: 'off',
  log_statement: 'all',
  log_line_prefix: '%m ',
  statement_timeout: '0',
  idle_in_transaction_session_timeout: '0',
  full_page_writes: 'off',
}
const KEPT = {
  password_encryption: 'scram-sha-256',
  ssl_min_protocol_version: 'TLSv1.2',
  log_connections: 'on',
  log_disconnections: 'on',
  log_statement: 'ddl',
  log_line_prefix: '%m [%p] %u@%d %h ',
  statement_timeout: '30000',
  idle_in_transaction_session_timeout: '60000',
  fsync: 'on',
  full_page_writes: 'on',
}
const RULES_OF_SETTINGS = [
  'password-encryption-md5',
  'server-tls-minimum',
  'log-connections',
  'log-disconnections',
  'log-all-statements',
  'log-line-prefix',
  'statement-unlimited',
  'idle-transaction-unlimited',
  'server-not-durable',
]

/** A role for each rule about rights: statements that make it, and words of the finding. */
const ROLES = {
  'role-superuser': ['alter role app superuser bypassrls createrole createdb replication', 'a superuser'],
  'role-bypasses-rls': ['alter role app bypassrls', 'BYPASSRLS'],
  'role-creates-roles': ['alter role app createrole', 'CREATEROLE'],
  'role-creates-databases': ['alter role app createdb', 'CREATEDB'],
  'role-replicates': ['alter role app replication', 'REPLICATION'],
  'role-powerful': [
    'create role between nologin; grant pg_read_all_data to between; grant between, pg_execute_server_program to app',
    'pg_execute_server_program, pg_read_all_data',
  ],
  'role-owns-database': ['alter database app owner to app', 'the database app'],
  'role-owns-tables': ['create table own (); alter table own owner to app', 'tables (public.own)'],
  'password-expiring': ["alter role app valid until 'tomorrow'", 'valid until'],
} as const

/** Grants to every role, each with words of the finding. */
const GRANTS = {
  'public-may-create': ['grant create on schema public to public', 'in schema public'],
  'public-may-connect': ['grant connect on database app to public', 'connect to database app'],
  'public-tables': ['create table shown (); grant select on shown to public', 'on public.shown'],
} as const

const UNDO = [
  "alter role app nosuperuser nobypassrls nocreaterole nocreatedb noreplication valid until 'infinity'",
  'alter database app owner to postgres',
  'drop table if exists own, shown',
  'revoke create on schema public from public',
  'revoke connect on database app from public; grant connect on database app to app',
  'drop role if exists between',
  'revoke pg_execute_server_program from app',
].join('; ')

describe.each(await postgresMajors(undefined, [15, 18]))('PostgreSQL %i', (major) => {
  let server: PostgresServer
  const settings = () => ({ ...strictSettings(server, root.certificate), user: 'app', password: PASSWORD })
  afterAll(() => server?.stop())

  test('a role with no rights, settings as they should be → no finding about them, and all is seen', async () => {
    server = await start(major)
    const { rules, facts, notChecked } = await checked(settings())
    expect(notChecked).toEqual([])
    for (const rule of [...Object.keys(ROLES), ...Object.keys(GRANTS), ...RULES_OF_SETTINGS]) {
      expect(rules).not.toContain(rule)
    }
    expect(facts.server).toMatchObject({
      version: server.version,
      isPostgres: true,
      user: 'app',
      database: 'app',
      encrypted: true,
      protocol: 'TLSv1.3',
      inRecovery: false,
      readOnly: false,
    })
    const { ssl_min_protocol_version, ...shownToAll } = KEPT
    expect(facts.server?.settings).toMatchObject(shownToAll)
    // Not seen by this role, and so nobody's fault.
    expect(facts.server?.md5Roles).toBeUndefined()
    expect(facts.server?.settings).not.toHaveProperty('ssl_min_protocol_version')
    expect(facts.server?.pgaudit).toBeUndefined()
  })

  test.each(Object.entries({ ...ROLES, ...GRANTS }))(
    '%s: right given → found; taken back → not found',
    async (rule, [sql, words]) => {
      const own = (rules: readonly string[]) => rules.filter((one) => one in ROLES || one in GRANTS)
      await server.sql(sql, 'app')
      const { findings, rules } = await checked(settings())
      expect(own(rules)).toEqual([rule])
      expect(findings.find((one) => one.rule === rule)?.what).toContain(words)
      await server.sql(UNDO, 'app')
      expect(own((await checked(settings())).rules)).toEqual([])
    },
  )

  test('settings that break rules → each that is seen is found', async () => {
    await server.sql('grant pg_read_all_settings to app')
    await set(server, BROKEN)
    const { rules } = await checked(settings())
    expect(rules).toEqual(expect.arrayContaining(RULES_OF_SETTINGS))
    await set(server, { ...KEPT, log_statement: 'none' })
    const after = await checked(settings())
    expect(after.rules.filter((rule) => RULES_OF_SETTINGS.includes(rule))).toEqual([])
    expect(after.rules).toContain('log-changes')
    expect(after.facts.server).toMatchObject({ pgaudit: false, settings: { ssl_min_protocol_version: 'TLSv1.2' } })
    await server.sql('revoke pg_read_all_settings from app')
    await set(server, { ...KEPT, ssl_min_protocol_version: 'TLSv1' })
    expect((await checked(settings())).rules).not.toContain('server-tls-minimum')
    await set(server, KEPT)
  })

  test('md5 passwords → seen by a role that may read them, and not by another one', async () => {
    await server.sql("set password_encryption = 'md5'; create role old password 'canary-old'")
    await server.sql('alter role app superuser')
    const seen = await checked(settings())
    expect(seen.rules).toContain('password-stored-as-md5')
    await server.sql('alter role app nosuperuser; drop role old')
    expect((await checked(settings())).facts.server?.md5Roles).toBeUndefined()
  })

  test('limits of role and server → the pool is compared with the smaller', async () => {
    const free = (await checked(settings())).facts.endpoint.connections ?? 0
    expect(free).toBeGreaterThan(10)
    expect((await checked(settings(), free)).rules).not.toContain('pool-too-large')
    expect((await checked(settings(), free + 1)).rules).toContain('pool-too-large')
    await server.sql('alter role app connection limit 5')
    expect((await checked(settings(), 6)).rules).toContain('pool-too-large')
    await server.sql('alter role app connection limit -1')
  })

  test('pools of several processes → together compared with the limit of the server, by verifyConnection', async () => {
    const { connections = 0 } = (await checked(settings())).facts.endpoint
    const found = async (instances: number, max: number) => {
      const given = { ...settings(), policy: 'production', warnings: false, pool: { max, instances } } as const
      const { findings } = await verifyConnection({ settings: given })
      return findings.find(({ rule }) => rule === 'pool-too-large')?.what
    }
    const max = Math.floor(connections / 3)
    expect(await found(3, max)).toBeUndefined()
    expect(await found(4, max)).toContain(`${max} connections in each of 4 processes, ${4 * max} in all`)
    await server.sql('alter role app connection limit 5')
    expect(await found(2, 3)).toContain('has 5 for this role')
    await server.sql('alter role app connection limit -1')
  })

  test('limits and a name of the role or of the client → count as those of the server', async () => {
    const about = async (given: Settings) =>
      (await checked({ ...settings(), ...given })).rules.filter((rule) =>
        ['statement-unlimited', 'application-unnamed'].includes(String(rule)),
      )
    expect(await about({ application_name: 'orders' })).toEqual([])
    await server.sql('alter role app set statement_timeout = 0')
    expect(await about({})).toEqual(['statement-unlimited', 'application-unnamed'])
    expect(await about({ application_name: 'orders', options: '-c statement_timeout=5s' })).toEqual([])
    await server.sql('alter role app reset statement_timeout')
  })
})

describe('serverFacts', () => {
  test.each(['', 'no JSON', '{'])('%j → PROTOCOL', (answer) => {
    expect(() => serverFacts(answer, new Date())).toThrow(expect.objectContaining({ code: 'PROTOCOL' }))
  })

  test.each(['null', '[]', '1', '{"role":1,"settings":[1],"tls":"x","memberOf":"x","versionNumber":{}}'])(
    '%s → nothing is seen, and nothing counts as fine',
    (answer) => {
      const { encrypted, settings, grants, role } = serverFacts(answer, new Date())
      expect(encrypted).toBeUndefined()
      expect(settings.log_connections).toBeUndefined()
      expect(grants.ownsDatabase).toBeUndefined()
      expect(role.memberOf).toEqual([])
    },
  )

  test('names with controls → printable', () => {
    const { user, role } = serverFacts('{"user":"a\\u001b[31mb","memberOf":["x\\u202ey", 1]}', new Date())
    expect(user).toBe('a\\x1b[31mb')
    expect(role.memberOf).toEqual(['x\\u{202e}y'])
  })

  test.each([
    ['PostgreSQL 18.4 on x86_64-pc-linux-gnu', true],
    ['PostgreSQL 19beta2 on aarch64', true],
    ['PostgreSQL 15.12-YB-2.25.1.0-b0 on x86_64', false],
    ['CockroachDB CCL v25.2.0', false],
    ['', false],
  ])('version() = %j → PostgreSQL: %s', (product, isPostgres) => {
    expect(serverFacts(JSON.stringify({ product }), new Date()).isPostgres).toBe(isPostgres)
  })
})

async function start(major: number): Promise<PostgresServer> {
  const server = await startPostgres({
    major,
    tls: { certificate: servers.good.chain, key: servers.good.key },
    hba: ['hostssl all all all scram-sha-256'],
    roles: [{ name: 'app', password: PASSWORD }],
    settings: KEPT,
  })
  await server.sql('revoke create, connect on database app from public; grant connect on database app to app')
  return server
}

async function set(server: PostgresServer, settings: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, value] of Object.entries(settings)) await server.sql(`alter system set ${name} = '${value}'`)
  await server.reload()
}
