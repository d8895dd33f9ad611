import { ConfigurationError, ConnectError, CredentialsError, safeToRetry, TlsError, withRetry } from '@verifull/core'
import { describe, expect, test } from 'vitest'

const coded = (code: string, more: object = {}) => Object.assign(new Error(code), { code, ...more })
const named = (name: string, message: string, more: object = {}) => Object.assign(new Error(message), { name, ...more })

const SAFE: Readonly<Record<string, unknown>> = {
  'a serialization failure': coded('40001'),
  'a deadlock': coded('40P01'),
  'a conflict of data in Aurora DSQL': coded('OC000'),
  'a conflict of schemas in Aurora DSQL': coded('OC001'),
  'a write on a standby': coded('25006'),
  'a full server': coded('53300'),
  'a server that starts': coded('57P03'),
  'a refused connection': new ConnectError('ECONNREFUSED', 'cannot connect'),
  'a host in the wrong role': new ConnectError('WRONG_ROLE', 'cannot connect'),
  'a store that is down': new CredentialsError('CREDENTIALS_UNAVAILABLE', 'down', true),
  'a full pool of pg': new Error('timeout exceeded when trying to connect'),
  'a slow connect of pg': new Error('Connection terminated due to connection timeout'),
  'a full pool of Sequelize': named('SequelizeConnectionAcquireTimeoutError', 'Operation timeout'),
  'a full pool of Knex': named('KnexTimeoutError', 'Knex: Timeout acquiring a connection. The pool is probably full.'),
  'a deadlock in TypeORM': Object.assign(new Error('wrapped'), { driverError: coded('40P01') }),
  'a deadlock in Sequelize 6': Object.assign(new Error('wrapped'), {
    original: coded('40P01'),
    parent: coded('40P01'),
  }),
  'a deadlock in Sequelize 7 and Drizzle': new Error('wrapped', { cause: coded('40P01') }),
  'a refused connection in Sequelize': named('SequelizeConnectionRefusedError', 'wrapped', {
    parent: new ConnectError('ECONNREFUSED', 'cannot connect'),
  }),
}

const cyclic = Object.assign(new Error('itself'), { cause: undefined as unknown })
cyclic.cause = cyclic

const UNSAFE: Readonly<Record<string, unknown>> = {
  'a session that ended during a statement': coded('57P01'),
  'a crash during a statement': coded('57P02'),
  'a connection that failed during a statement': coded('08006'),
  'a statement whose outcome the server does not know': coded('40003'),
  'a reset during a statement': coded('ECONNRESET'),
  'an end during a statement': new Error('Connection terminated unexpectedly'),
  'a client that hides the error of a COMMIT': new Error(
    'Client has encountered a connection error and is not queryable',
  ),
  'a statement that timed out': coded('57014'),
  'pg’s query_timeout': new Error('Query read timeout'),
  'a unique violation': coded('23505'),
  'a wrong password': coded('28P01'),
  'a wrong certificate': new TlsError('TLS_NAME', 'for another host'),
  'a closed configuration': new ConnectError('CLOSED', 'closed'),
  'a wrong server': new ConnectError('PROTOCOL', 'the server speaks HTTP'),
  'a secret that is not there': new CredentialsError('CREDENTIALS_NOT_FOUND', 'none', false),
  'a full pool of Knex whose connections fail by a certificate': named(
    'KnexTimeoutError',
    'Knex: Timeout acquiring a connection. The pool is probably full.',
    { cause: new TlsError('TLS_NAME', 'for another host') },
  ),
  'an error that is its own cause': cyclic,
  'no error': undefined,
  text: '40001',
  null: null,
}

describe('safeToRetry', () => {
  test.each(Object.entries(SAFE))('%s → true', (_name, error) => expect(safeToRetry(error)).toBe(true))

  test.each(Object.entries(UNSAFE))('%s → false', (_name, error) => expect(safeToRetry(error)).toBe(false))
})

/** Work that fails that many times. */
function failing(times: number, error: unknown) {
  const work = async () => {
    work.runs += 1
    if (work.runs <= times) throw error
    return work.runs
  }
  work.runs = 0
  return work
}

describe('withRetry', () => {
  test('work that fails twice by a conflict → its third result', async () => {
    expect(await withRetry(failing(2, coded('40001')))).toBe(3)
  })

  test('work whose outcome is unknown → is run once', async () => {
    const work = failing(1, coded('57P01'))
    await expect(withRetry(work)).rejects.toMatchObject({ code: '57P01' })
    expect(work.runs).toBe(1)
  })

  test('work that goes on failing → its last error, within the time', async () => {
    const began = performance.now()
    const work = failing(Number.POSITIVE_INFINITY, coded('40P01'))
    await expect(withRetry(work, { timeoutMs: 200 })).rejects.toMatchObject({ code: '40P01' })
    expect(performance.now() - began).toBeLessThan(1000)
    expect(work.runs).toBeGreaterThan(1)
  })

  test('a signal that aborts → the last error of the work', async () => {
    const controller = new AbortController()
    const work = failing(Number.POSITIVE_INFINITY, coded('40P01'))
    setTimeout(() => controller.abort(), 60)
    await expect(withRetry(work, { signal: controller.signal })).rejects.toMatchObject({ code: '40P01' })
    expect(work.runs).toBeLessThan(10)
  })

  test.each([
    ['seconds for milliseconds', { timeoutMs: 30 }, /timeoutMs must be a number of milliseconds from 100/],
    ['a negative time', { timeoutMs: -1 }, /timeoutMs must be/],
    ['an endless time', { timeoutMs: Number.POSITIVE_INFINITY }, /timeoutMs must be/],
    ['no number', { timeoutMs: Number.NaN }, /timeoutMs must be/],
    ['text', { timeoutMs: '1000' }, /timeoutMs must be/],
    ['another name', { timeout: 1000 }, /has no "timeout"; did you mean timeoutMs\?/],
    ['no signal', { signal: {} }, /signal must be an AbortSignal/],
  ])('%s → refused, and the work is not run', async (_name, settings, message) => {
    const work = failing(0, undefined)
    await expect(withRetry(work, settings as never)).rejects.toThrow(message)
    await expect(withRetry(work, settings as never)).rejects.toBeInstanceOf(ConfigurationError)
    expect(work.runs).toBe(0)
  })

  test('no work → refused', async () => {
    await expect(withRetry(undefined as never)).rejects.toThrow(/withRetry\(\): work must be a function/)
  })
})
