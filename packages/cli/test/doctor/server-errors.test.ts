import { ServerError } from '@verifull/core/diagnostics'
import { describe, expect, test } from 'vitest'
import { diagnose } from '../../src/doctor/diagnose.ts'

const PLACE = { host: 'db.example', port: 5432, user: 'app', database: 'orders', password: 'DB_PASSWORD_FILE' }

function diagnosed(code: string, message: string) {
  const [found, ...others] = diagnose(new ServerError(message, code, {}, 0), PLACE)
  expect(others).toEqual([])
  return found
}

describe('diagnose: texts of poolers, providers and other languages → the cause', () => {
  test.each<[string, string, RegExp, RegExp, boolean]>([
    [
      '28P01',
      'password authentication failed for user "app"',
      /rejected the password of user "app" \(from DB_PASSWORD_FILE\)/,
      /VALID UNTIL/,
      false,
    ],
    [
      '28P01',
      'Passwort-Authentifizierung für Benutzer »app« fehlgeschlagen',
      /rejected the password/,
      /ALTER ROLE/,
      false,
    ],
    [
      '28000',
      'kein pg_hba.conf-Eintrag für Host »10.0.0.1«',
      /no line of pg_hba\.conf admits user "app"/,
      /hostssl/,
      false,
    ],
    [
      '28000',
      'no pg_hba.conf entry for host "10.0.0.1", user "app", database "orders", no encryption',
      /without TLS/,
      /verify-full/,
      false,
    ],
    ['3D000', 'Datenbank »orders« existiert nicht', /no database "orders"/, /DB_NAME/, false],
    ['08P01', 'database "orders" does not exist', /no database "orders"/, /DB_NAME/, false],
    ['08P01', 'SASL authentication failed', /rejected the password/, /correct user and password/, false],
    ['08P01', 'no such database: orders', /pooler has no database "orders"/, /pgbouncer\.ini/, false],
    [
      '08P01',
      'server login has been failing, cached error: connect failed (server_login_retry)',
      /pooler is there/,
      /log of the pooler/,
      true,
    ],
    ['08P01', 'no more connections allowed (max_client_conn)', /in use/, /pools/, true],
    ['08P01', 'query_wait_timeout', /in use/, /pools/, true],
    ['08P01', 'client connections exceeded (max_user_client_connections)', /in use/, /pools/, true],
    ['XX000', '(ECHECKOUTTIMEOUT) Pool checkout timeout. Request was dropped', /in use/, /pools/, true],
    ['XX000', 'failed to create a backend connection', /pooler is there/, /log of the pooler/, true],
    ['58000', 'could not get connection from the pool - AllServersDown', /pooler is there/, /log of the pooler/, true],
    ['08P01', 'database removed', /starting up, recovering or shutting down/, /wait/, true],
    ['57P01', 'server is not accepting clients, try another node', /shutting down/, /wait/, true],
    ['53300', 'sorry, too many clients already', /in use/, /max_connections/, true],
    ['XX000', 'MaxClientsInSessionMode: max clients reached', /in use/, /pools/, true],
    ['XX000', 'Tenant or user not found', /no project for user "app"/, /postgres\.PROJECT/, false],
    ['XX000', '(ECIRCUITBREAKER) too many authentication failures', /blocks this address/, /wait two minutes/, true],
    ['08P01', 'Endpoint ID is not specified. Either please upgrade …', /cannot tell which server/, /host/, false],
    ['08004', 'codeParamsRoutingFailed: missing cluster identifier', /cannot tell which server/, /host/, false],
    [
      '28000',
      'This RDS proxy has no credentials for the role app',
      /no secret for user "app"/,
      /Secrets Manager/,
      false,
    ],
    ['28000', 'PAM authentication failed for user "app"', /PAM/, /rds_iam/, false],
    ['28000', 'Peer authentication failed for user "app"', /peer or ident/, /pg_ident/, false],
    ['57P03', 'the database system is shutting down', /starting up, recovering or shutting down/, /wait/, true],
    ['42704', 'unrecognized configuration parameter "no_such"', /no_such/, /remove that parameter/, false],
    ['58000', 'something of its own', /something of its own \(58000\)/, /log of the server/, false],
  ])('%s %s', (code, message, what, fix, unreachable) => {
    const found = diagnosed(code, message)
    expect(found?.what).toMatch(what)
    expect(found?.fix).toMatch(fix)
    expect(found?.unreachable).toBe(unreachable)
  })

  test('controls in a text → not printed', () => {
    expect(diagnosed('58000', 'a\u001b[31mb\u0007')?.what).not.toMatch(/\p{Cc}/u)
  })
})
