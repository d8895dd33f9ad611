import { readFileSync } from 'node:fs'
import { type PostgresServer, startPostgres } from '@verifull/test-harness'
import { startHostileServer } from '@verifull/test-harness/fixtures'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { verifull } from '../run.ts'
import { CANARY, doctor, type Expected, expectOnly, file, HIERARCHY, loginVariables } from './examined.ts'

const { root, servers, clients } = HIERARCHY
const { chain: certificate, key } = servers.good
/** A trigger that admits one role only, as a guard of an application would. */
const GUARD = `
  create function guard() returns event_trigger language plpgsql as
    $$ begin if session_user = 'trigger_user' then raise exception 'closed for the night'; end if; end $$;
  create event trigger guard on login execute function guard();
  alter event trigger guard enable always`
let postgres: PostgresServer
beforeAll(async () => {
  postgres = await startPostgres({
    tls: { certificate, key, clientCa: root.certificate },
    roles: [
      { name: 'late_user', password: CANARY, attributes: "valid until '2020-01-01'" },
      { name: 'group_role', password: CANARY },
      { name: 'full_user', password: CANARY, attributes: 'connection limit 0' },
      { name: 'unlisted_user', password: CANARY },
      { name: 'certificate_user' },
      { name: 'super_user', password: CANARY, attributes: 'superuser' },
      { name: 'owner_user', password: CANARY },
      { name: 'library_user', password: CANARY },
      { name: 'trigger_user', password: CANARY },
      { name: 'ident_user', password: CANARY },
    ],
    hba: [
      'hostssl all cert_user all cert',
      'hostssl all certificate_user all cert',
      'hostssl all scram_cert_user all scram-sha-256 clientcert=verify-full',
      'host all reject_user all reject',
      'hostnossl all hostnossl_user all scram-sha-256',
      'hostnossl all scram_user all scram-sha-256',
      'hostssl all trust_user,nobody_such all trust',
      'hostssl all ident_user all ident',
      'hostssl all library_user,trigger_user all scram-sha-256',
      'hostssl all scram_user,late_user,group_role,full_user,owner_user,typo_user,super_user all scram-sha-256',
    ],
  })
  await postgres.sql('alter role group_role nologin')
  await postgres.sql("alter role library_user set local_preload_libraries = 'no_such_library'")
  await postgres.sql('create database closed')
  await postgres.sql('create database guarded')
  await postgres.sql(GUARD, 'guarded')
  await postgres.sql('revoke connect on database closed from public')
  await postgres.sql('create database nobodys')
  await postgres.sql("update pg_database set datallowconn = false where datname = 'nobodys'")
})
afterAll(() => postgres?.stop())

function variables(user: string, given: Readonly<Record<string, string>> = {}): Record<string, string> {
  const password = user === 'scram_user' ? postgres.password('scram_user') : CANARY
  return loginVariables(postgres.port, user, password, given)
}

const CLIENT = { PGSSLCERT: clients.good.certificate, PGSSLKEY: clients.good.key }
const STRANGER = { PGSSLCERT: clients.wrongAuthority.certificate, PGSSLKEY: clients.wrongAuthority.key }

describe('doctor: a login that PostgreSQL rejects → the reason, and what to change', () => {
  test.each<[string, string, Expected, Readonly<Record<string, string>>?]>([
    [
      'a wrong password',
      'owner_user',
      {
        code: 'error:28P01',
        what: /rejected the password of user "owner_user" \(from DB_PASSWORD_FILE\)/,
        fix: /correct user and password/,
      },
      { DB_PASSWORD_FILE: file('wrong', `${CANARY}-wrong`) },
    ],
    ['VALID UNTIL is over', 'late_user', { code: 'error:28P01', what: /late_user/, fix: /VALID UNTIL/ }],
    ['a user that does not exist', 'typo_user', { code: 'error:28P01', what: /typo_user/, fix: /correct user/ }],
    [
      'a user that does not exist, of a trust line',
      'nobody_such',
      { code: 'error:28000', what: /no role for user "nobody_such"/, fix: /create the role/ },
    ],
    ['a role without LOGIN', 'group_role', { code: 'error:28000', what: /without LOGIN/, fix: /ALTER ROLE/ }],
    [
      'no line of pg_hba.conf',
      'unlisted_user',
      {
        code: 'error:28000',
        what: /no line of pg_hba\.conf admits user "unlisted_user" to database "app"/,
        fix: /hostssl app unlisted_user/,
      },
    ],
    [
      'a line without TLS alone',
      'hostnossl_user',
      { code: 'error:28000', what: /no line of pg_hba\.conf.*over TLS/, fix: /hostssl/ },
    ],
    ['a reject line', 'reject_user', { code: 'error:28000', what: /rejects user "reject_user"/, fix: /reject line/ }],
    [
      'a database that does not exist',
      'scram_user',
      { code: 'error:3D000', what: /no database "orders"/, fix: /create it/ },
      { DB_NAME: 'orders' },
    ],
    [
      'a database without CONNECT',
      'owner_user',
      { code: 'error:42501', what: /may not connect to database "closed"/, fix: /GRANT CONNECT/ },
      { DB_NAME: 'closed' },
    ],
    [
      'a database that admits no connections',
      'owner_user',
      { code: 'error:55000', what: /admits no connections/, fix: /ALLOW_CONNECTIONS/ },
      { DB_NAME: 'nobodys' },
    ],
    [
      'a connection limit',
      'full_user',
      { code: '53300', what: /in use \(53300\)/, fix: /CONNECTION LIMIT/, unreachable: true },
    ],
    [
      'no client certificate',
      'cert_user',
      { code: 'error:28000', what: /demands a client certificate of user "cert_user"/, fix: /sslcert and sslkey/ },
    ],
    [
      'a client certificate of another user',
      'cert_user',
      { code: 'error:28000', what: /its common name is another/, fix: /pg_ident/ },
      CLIENT,
    ],
    [
      'a client certificate of another CA',
      'certificate_user',
      { code: 'error:TLS_CLIENT_CERTIFICATE', what: /refused the client certificate/, fix: /ssl_ca_file/ },
      STRANGER,
    ],
    [
      'the wrong role of a server',
      'scram_user',
      { code: 'error:WRONG_ROLE', what: /not a standby/, fix: /target_session_attrs/ },
      { PGTARGETSESSIONATTRS: 'standby' },
    ],
    [
      'an option that does not exist',
      'scram_user',
      { code: 'error:42704', what: /no_such/, fix: /remove that parameter/ },
      { PGOPTIONS: '-c no_such=1' },
    ],
    [
      'a library that the server does not have',
      'library_user',
      { code: 'error:58P01', what: /no_such_library/, fix: /local_preload_libraries: ALTER ROLE … RESET/ },
    ],
    [
      'a trigger that ends the login',
      'trigger_user',
      { code: 'error:P0001', what: /closed for the night/, fix: /event trigger of the database/ },
      { DB_NAME: 'guarded' },
    ],
    [
      'ident, where no password counts',
      'ident_user',
      { code: 'error:28000', what: /peer or ident in pg_hba\.conf demands \(28000\)$/, fix: /pg_ident/ },
    ],
    [
      'a password in quotation marks',
      'owner_user',
      {
        code: 'error:28P01',
        what: /rejected the password/,
        fix: /^the text of DB_PASSWORD_FILE is in quotation marks.*; or correct user and password/,
      },
      { DB_PASSWORD_FILE: file('quoted', `"${CANARY}"`) },
    ],
    [
      'no password',
      'scram_user',
      { code: 'error:CREDENTIALS_MISSING', what: /no password is configured/, fix: /DB_PASSWORD_FILE/ },
      { DB_PASSWORD_FILE: '' },
    ],
  ])('%s', async (_, user, expected, given) => {
    const report = await doctor(variables(user, given), [CANARY, postgres.password('scram_user')])
    expectOnly(report, expected)
    // The address itself was in order.
    expect(report.servers[0]?.addresses[0]?.error).toBeUndefined()
  })

  test('a good client certificate → a login by it', async () => {
    const { code, servers: seen } = await doctor(variables('certificate_user', { ...CLIENT, DB_PASSWORD_FILE: '' }))
    expect({ code, method: seen[0]?.login?.method }).toEqual({ code: 0, method: 'none' })
  })
})

describe('doctor: settings that are refused → the setting, before any connection', () => {
  test.each<[string, Readonly<Record<string, string>>, Expected]>([
    [
      'a misspelt mode',
      { PGSSLMODE: 'verify_full' },
      { code: 'parameter:sslmode', what: /verify_full/, fix: /verify-full/ },
    ],
    [
      'verification off',
      { NODE_TLS_REJECT_UNAUTHORIZED: '0' },
      { code: 'node-verification-off', what: /NODE_TLS_REJECT_UNAUTHORIZED/, fix: /unset it/ },
    ],
    ['a placeholder host', { DB_HOST: 'your-db-host' }, { code: 'parameter:host', what: /placeholder/, fix: /./ }],
    [
      'a well-known password',
      { DB_PASSWORD_FILE: '', DB_PASSWORD: 'postgres' },
      { code: 'password-well-known', what: /DB_PASSWORD/, fix: /./ },
    ],
    [
      'a password file that is missing',
      { DB_PASSWORD_FILE: '/nowhere/password' },
      { code: 'parameter:password', what: /nowhere/, fix: /./ },
    ],
    [
      'a password file that others may read',
      { DB_PASSWORD_FILE: file('open', CANARY, 0o644) },
      { code: 'parameter:password', what: /open/, fix: /chmod|0600|600/ },
    ],
    ['a port that is none', { DB_PORT: '543x' }, { code: 'parameter:port', what: /port/, fix: /./ }],
  ])('%s', async (_, given, expected) => {
    const report = await doctor(variables('scram_user', given))
    expectOnly(report, expected)
  })
})

test('doctor: a password in a URL → warned of, and in no output', async () => {
  const url = `postgresql://owner_user:${CANARY}@localhost:${postgres.port}/app?application_name=orders`
  const { code, findings, servers: seen } = await doctor({ DATABASE_URL: url, DB_SSL_CA: root.certificate })
  expect(findings.map(({ rule, severity }) => [rule, severity])).toContainEqual(['password-in-plain-sight', 'warn'])
  expect({ code, user: seen[0]?.login?.user }).toEqual({ code: 0, user: 'owner_user' })
})

test('doctor: a superuser → the rule of the policy, and the facts that it is about', async () => {
  const report = await doctor(variables('super_user'))
  expectOnly(report, { code: 'role-superuser', what: /superuser/, fix: /role/ })
  expect(report.servers[0]?.login?.server?.role.superuser).toBe(true)
})

test('doctor: DB_POOL_INSTANCES → the pools of all processes are held against the limit of the server', async () => {
  const found = async (instances: string) => {
    const pool = { DB_POOL_MAX: '10', DB_POOL_INSTANCES: instances }
    const { findings } = await doctor(variables('scram_user', pool), [postgres.password('scram_user')])
    return findings.find(({ rule }) => rule === 'pool-too-large')
  }
  expect(await found('2')).toBeUndefined()
  expect(await found('40')).toMatchObject({
    what: expect.stringContaining('pools of up to 10 connections in each of 40 processes, 400 in all, where localhost'),
    fix: expect.stringMatching(/poolSizeFor\(\{ maxConnections: \d+, instances: 40 \}\)/),
  })
})

test('doctor --compliance → the rules that ran, by requirement', async () => {
  const options = { environment: variables('scram_user') }
  const { stdout } = await verifull(['doctor', '--compliance', '--format', 'json'], options)
  const { compliance } = JSON.parse(stdout) as { compliance: { proved: string[] }[] }
  expect(compliance.flatMap(({ proved }) => proved)).toContain('plaintext-remote')
})

test('doctor: replicas → each is examined by its own name', async () => {
  const replicas = { DB_READ_REPLICA_HOST: 'localhost,127.0.0.1', DB_READ_REPLICA_PORT: `${postgres.port},1` }
  const report = await doctor(variables('scram_user', replicas), [postgres.password('scram_user')])
  expect(report.servers.map(({ role }) => role)).toEqual(['primary', 'replica 1', 'replica 2'])
  expect(report.servers[1]?.login?.user).toBe('scram_user')
  expect(report.unchecked.map(({ what, why }) => [what, why])).toEqual([
    ['127.0.0.1:1', expect.stringContaining('ECONNREFUSED')],
  ])
})

test('doctor: a bundle that exists → exit code 2, and it stays as it is', async () => {
  const bundle = file('bundle.json', 'mine')
  const { code, stderr } = await verifull(['doctor', '--bundle', bundle], { environment: variables('scram_user') })
  expect([code, stderr]).toEqual([2, `verifull: ${bundle} (--bundle) exists; name a file that does not\n`])
  expect(readFileSync(bundle, 'utf8')).toBe('mine')
})

test('doctor: a server that does not know the password → no login, and the suspicion', async () => {
  const script = {
    tls: { certificate, key },
    answers: [{ scram: { password: CANARY, lie: 'wrong signature' } }],
  } as const
  const server = await startHostileServer(script)
  const report = await doctor(variables('owner_user', { DB_PORT: String(server.port) }))
  await server.stop()
  expectOnly(report, {
    code: 'error:AUTH_SERVER',
    what: /SCRAM|password/,
    fix: /pooler or proxy may be in the path|does not know/,
  })
})
