import { describe, expect, test } from 'vitest'
import { KNOWN_LOGIN_ERRORS } from '../../src/dial/known-login-errors.ts'
import { blockedMs, isLoginRejection, isPasswordRejection } from '../../src/dial/login-rejection.ts'
import { nextStep } from '../../src/dial/next-step.ts'
import { ServerError } from '../../src/errors/server-error.ts'
import type { Attempt } from '../../src/sslmode.ts'

/** Kind of the next step after this error without a replacement. */
function stepAfter(error: ServerError, next: Attempt): string {
  const kind = next.kind === 'plain' ? 'tls' : 'plain'
  const failure = { error, phase: 'authentication', kind, hasTicket: true, isLate: false } as const
  return nextStep(failure, { remaining: [next], credentialRetries: 0, tlsRetries: 0, mayRetry: false }).kind
}

const error = (code: string, message: string) => new ServerError(message, code, { severity: 'FATAL' }, 1)

describe('login rejection: rejected password, text of a pooler', () => {
  test.each([
    ['PgBouncer, SCRAM', '08P01', 'SASL authentication failed'],
    ['PgBouncer, md5 and plain', '08P01', 'password authentication failed'],
    ['PgBouncer, PAM', '08P01', 'PAM authentication failed'],
    ['PgBouncer, LDAP', '08P01', 'LDAP authentication failed'],
    ['PgBouncer before 1.11', '08P01', 'auth failed'],
    ['PgBouncer, auth_query', '08P01', 'no such user'],
    ['PgBouncer before 1.15', '08P01', 'no such user: app'],
    ['PgBouncer, the text of the server', '08P01', 'password authentication failed for user "app"'],
    ['PgBouncer, the text of the server', '08P01', 'role "app_clone" does not exist'],
    ['PgBouncer, with the level', '08P01', 'server login failed: FATAL password authentication failed for user "app"'],
    [
      'PgBouncer, remembered',
      '08P01',
      'server login has been failing, cached error: password authentication failed for user "app" (server_login_retry)',
    ],
    ['PgBouncer 1.21', '28P01', 'password authentication failed for user "app"'],
    ['PgCat', '28P01', 'password authentication failed for user "app"'],
    ['Odyssey', '28P01', 'incorrect password'],
    ['PgDog', '28000', 'password for user "app" and database "app" is wrong, or the database does not exist'],
    ['Supavisor', '28P01', '(EWRONGPASSWORD) password authentication failed for user "app"'],
    ['Supavisor', 'XX000', '(EAUTHQUERY) user not found in the database'],
    ['Supavisor, an expired password', 'XX000', '(EAUTHQUERY) unsupported or invalid secret format'],
    ['Supavisor 1', 'XX000', 'Wrong password'],
    ['RDS Proxy', '08P01', 'The password that was provided for the role app is wrong.'],
    ['RDS Proxy', '28000', 'This RDS proxy has no credentials for the role app. Check the credentials.'],
  ])('%s: %s %s → another secret may help', (_who, code, message) => {
    expect(isLoginRejection(error(code, message))).toBe(true)
    expect(blockedMs(error(code, message))).toBeUndefined()
  })

  test.each([
    ['08P01', 'server login has been failing, cached error: connect failed (server_login_retry)'],
    ['08P01', 'server login has been failing, try again later (server_login_retry)'],
    ['08P01', 'no more connections allowed (max_client_conn)'],
    ['08P01', 'no such database: app'],
    ['08P01', 'unsupported startup parameter: extra_float_digits'],
    ['08P01', 'certificate authentication failed'],
    ['08P01', 'SSL required'],
    ['08P01', 'query_wait_timeout'],
    ['08P01', 'server login failed: FATAL the database system is starting up'],
    ['08P01', 'server login failed: FATAL database "app" does not exist'],
    ['XX000', '(EAUTHQUERY) authentication query failed'],
    ['XX000', '(ENOTFOUND) tenant/user postgres.x not found'],
    ['XX000', 'SASL authentication failed'],
    ['53300', 'password authentication failed'],
    ['08P01', `no such user: ${'a'.repeat(100_000)}`],
    ['08P01', `server login has been failing, cached error: ${'role "'.repeat(10_000)}`],
  ])('%s %.80s → no other secret helps', (code, message) => {
    const before = process.cpuUsage()
    expect(isLoginRejection(error(code, message))).toBe(false)
    expect(isPasswordRejection(error(code, message))).toBe(false)
    expect(process.cpuUsage(before).user).toBeLessThan(1_000_000)
  })
})

describe('login rejection: open circuit breaker', () => {
  test.each([
    ['XX000', '(ECIRCUITBREAKER) too many authentication failures, new connections are temporarily blocked', 120],
    ['XX000', 'circuit breaker open: too many authentication failures, new connections are temporarily blocked', 120],
    ['XX000', 'Circuit breaker open', 120],
    ['28P01', 'Circuit breaker open: Too many authentication errors', 120],
    [
      'XX000',
      '(ECIRCUITBREAKER) failed to retrieve database credentials after multiple attempts, new connections are temporarily blocked',
      30,
    ],
    [
      'XX000',
      '(ECIRCUITBREAKER) too many failed attempts to connect to the database, new connections are temporarily blocked',
      30,
    ],
  ])('%s %s → stop for %i s', (code, message, seconds) => {
    expect(blockedMs(error(code, message))).toBe(seconds * 1000)
    expect(isLoginRejection(error(code, message))).toBe(false)
    expect(stepAfter(error(code, message), { kind: 'plain' })).toBe('stop')
  })
})

test('login rejection: a password rejected by a pooler over TLS → never sent in plaintext', () => {
  for (const [code, text] of [
    ['08P01', 'SASL authentication failed'],
    ['28P01', 'password authentication failed for user "app"'],
  ] as const) {
    expect(stepAfter(error(code, text), { kind: 'plain' })).toBe('stop')
    expect(stepAfter(error(code, text), { kind: 'tls', verification: 'none' })).toBe('next-attempt')
  }
})

test('login rejection: every row of the table → has a source', () => {
  expect(KNOWN_LOGIN_ERRORS.filter(({ from }) => from.length < 10)).toEqual([])
})
