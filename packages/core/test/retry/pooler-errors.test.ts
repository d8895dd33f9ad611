import { safeToRetry } from '@verifull/core'
import { describe, expect, test } from 'vitest'
import { isOfOneLogin, isTransient } from '../../src/dial/transient.ts'
import { ServerError } from '../../src/errors/server-error.ts'
import { POOLER_ERRORS, poolerErrorOf } from '../../src/retry/pooler-errors.ts'

const error = (code: string, message: string) => new ServerError(message, code, { severity: 'FATAL' }, 1)
const remembered = (cause: string) => `server login has been failing, cached error: ${cause} (server_login_retry)`

/** Code, message, and whether work that failed with it certainly did not happen. */
const PASSING: readonly (readonly [code: string, message: string, safe: boolean])[] = [
  ['08P01', 'no more connections allowed (max_client_conn)', true],
  ['08P01', 'client connections exceeded (max_db_client_connections)', true],
  ['08P01', 'client connections exceeded (max_user_client_connections)', true],
  ['08P01', 'query_wait_timeout', true],
  ['08P01', 'client_login_timeout (server down)', true],
  ['08P01', 'pgbouncer cannot connect to server', true],
  ['08P01', 'pooler is shutting down', true],
  ['08P01', 'server shutting down', true],
  ['08P01', 'the database system is starting up', true],
  ['08P01', 'server login has been failing, try again later (server_login_retry)', true],
  ['08P01', remembered('connect failed'), true],
  ['08P01', remembered('connect timeout'), true],
  ['08P01', remembered('server DNS lookup failed'), true],
  ['08P01', remembered('the database system is shutting down'), true],
  ['08P01', remembered('sorry, too many clients already'), true],
  ['08P01', 'server conn crashed?', false],
  ['08P01', 'admin forced disconnect', false],
  ['08P01', 'database removed', false],
  ['08P01', 'suspend_timeout', false],
  ['XX000', '(EMAXCONNSESSION) max clients reached in session mode - max clients are limited to pool_size: 15', true],
  ['XX000', '(EMAXCLIENTCONN) max client connections reached, limit: 200', true],
  ['XX000', 'Max client connections reached', true],
  ['XX000', '(ECHECKOUTTIMEOUT) Pool checkout timeout. Request was dropped after 60000ms in Session mode. ', true],
  ['XX000', 'failed to create a backend connection', true],
  ['XX000', 'all backend nodes are down, pgpool requires at least one valid node', true],
  ['58000', 'could not get connection from the pool - AllServersDown', true],
]

describe('errors of poolers', () => {
  test.each(PASSING)(
    '%s %s → waited for in a login; work that failed with it is safe to run again: %s',
    (code, message, safe) => {
      expect(isTransient(error(code, message))).toBe(true)
      expect(safeToRetry(Object.assign(new Error(message), { code }))).toBe(safe)
    },
  )

  test.each([
    ['08P01', 'no such user'],
    ['08P01', 'no such database: app'],
    ['08P01', 'database "app" is disabled'],
    ['08P01', 'unsupported startup parameter: statement_timeout'],
    ['08P01', 'SASL authentication failed'],
    ['08P01', 'server login failed: wrong password type'],
    ['08P01', 'bind message supplies 1 parameters, but prepared statement "" requires 2'],
    ['08P01', remembered('password authentication failed for user "app"')],
    ['08P01', remembered('server refused SSL')],
    ['08P01', remembered('TLS startup failed')],
    ['08P01', 'transaction blocks not allowed in statement pooling mode'],
    ['XX000', 'query_wait_timeout'],
    ['XX000', '(ENOTFOUND) tenant/user postgres.x not found'],
    ['XX000', '(ESSLREQUIRED) SSL connection is required'],
    ['58000', 'could not open file'],
    ['08P01', `server login has been failing, cached error: ${'the database system is '.repeat(10_000)}`],
  ])('%s %.80s → thrown at once, and not safe', (code, message) => {
    expect(isTransient(error(code, message))).toBe(false)
    expect(safeToRetry(Object.assign(new Error(message), { code }))).toBe(false)
  })

  test.each([
    'client connections exceeded (max_user_client_connections)',
    'no more connections allowed (max_client_conn)',
  ])('is of one login: %s → true, as another database may have another server behind the pooler', (message) => {
    expect(isOfOneLogin(error('08P01', message))).toBe(true)
  })

  test('no code, no message, or none that is text → no pooler’s error', () => {
    for (const one of [
      {},
      { code: '08P01' },
      { code: 8, message: 'query_wait_timeout' },
      { code: '08P01', message: 1 },
    ]) {
      expect(poolerErrorOf(one)).toBeUndefined()
    }
    expect(POOLER_ERRORS.filter(({ from }) => from.length < 10)).toEqual([])
  })
})
