import { describe, expect, test } from 'vitest'
import { explain, resolveProfile, type Settings, type Spelling } from '../../src/adapter.ts'

const BASE = { host: 'db.example', user: 'app', environment: {} } satisfies Settings

describe('the limits of the pool', () => {
  test.each<[string, Settings, object, object]>([
    ['by default', {}, {}, { max: 50 }],
    ['by the policy', { policy: 'staging' }, {}, { max: 20 }],
    [
      'from the options',
      {},
      { min: 2, max: 9, idleTimeoutMillis: 1, connectionTimeoutMillis: 2 },
      { min: 2, max: 9, idleTimeoutMillis: 1, connectionTimeoutMillis: 2 },
    ],
    [
      'from the environment',
      { environment: { DB_POOL_MIN: '0', DB_POOL_MAX: '7', DB_IDLE_TIMEOUT: '5' } },
      {},
      { min: 0, max: 7, idleTimeoutMillis: 5 },
    ],
    [
      'from the settings, which are stronger',
      { pool: { max: 4, maxLifetimeSeconds: 60 } },
      { max: 9, maxLifetimeSeconds: 7 },
      { max: 4, maxLifetimeSeconds: 60 },
    ],
    ['a minimum above the default', {}, { min: 70 }, { min: 70, max: 70 }],
    ['a lifetime', {}, { maxLifetimeSeconds: 2_147_483 }, { max: 50, maxLifetimeSeconds: 2_147_483 }],
  ])('%s', (_what, settings, options, expected) => {
    expect(resolveProfile({ settings: { ...BASE, ...settings }, options }).pool).toEqual({
      connectionTimeoutMillis: 15_000,
      idleTimeoutMillis: 30_000,
      ...expected,
    })
  })

  test('a lifetime in milliseconds, as Knex has it', () => {
    const spelling: Spelling = { pool: { within: { maxConnectionLifetimeMillis: 'maxLifetimeMillis' } } }
    const options = { pool: { maxConnectionLifetimeMillis: 90_500, acquireTimeoutMillis: 5 } }
    const { pool, rest } = resolveProfile({ settings: BASE, options, spelling })
    expect(pool.maxLifetimeSeconds).toBe(90.5)
    expect(rest).toEqual({ pool: { acquireTimeoutMillis: 5 } })
  })

  test.each<[Settings, object, string]>([
    [{}, { maxLifetimeSeconds: 2_147_484 }, 'option maxLifetimeSeconds must be a number from 0 to 2147483'],
    [{}, { maxLifetimeSeconds: -1 }, 'option maxLifetimeSeconds must be a number of 0 or more'],
    [{}, { idleTimeoutMillis: 2 ** 31 }, 'option idleTimeoutMillis must be a number from 0 to 2147483647'],
    [
      { pool: { maxLifetimeSeconds: 2_147_484 } },
      {},
      'invalid pool.maxLifetimeSeconds value "2147484" (from settings.pool.maxLifetimeSeconds); it must be an integer from 0 to 2147483',
    ],
  ])('%j %j would not be kept by a timer of Node', (settings, options, message) => {
    const { problems } = explain({ settings: { ...BASE, ...settings }, options })
    expect(problems.map((problem) => problem.message)).toEqual([message])
  })
})
