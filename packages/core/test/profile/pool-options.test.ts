import { ConfigurationError, explain, resolveProfile } from '@verifull/core'
import { expect, test } from 'vitest'

const settings = { host: 'db.example', user: 'app', environment: { NODE_ENV: 'production' } }
const poolOf = (min?: number, max?: number) => resolveProfile({ options: { min, max }, settings: { ...settings } }).pool

test.each([
  [2, 2],
  [0, 1],
  [1, undefined],
  [undefined, 1],
  [80, undefined],
])('pool.min=%s, pool.max=%s → accepted, and max is at least min', (min, max) => {
  const pool = poolOf(min, max)
  expect(pool.max).toBeGreaterThanOrEqual(pool.min ?? 0)
})

test('pool.min above pool.max → refused, with both sources', () => {
  expect(() => poolOf(5, 2)).toThrow(ConfigurationError)
  expect(() => poolOf(5, 2)).toThrow(
    'pool.min=5 (from option min) is above pool.max=2 (from option max); lower the one or raise the other',
  )
  const { problems } = explain({ options: { min: 5, max: 2 }, settings })
  expect(problems.map(({ parameter }) => parameter)).toContain('pool.min')
})

test.each([0, '0'])('pool.max=%j → refused: libraries make ten of it, or fail at the first connection', (max) => {
  const message = 'pool.max=0 (from option max) lends no connection'
  expect(() => resolveProfile({ options: { max }, settings })).toThrow(message)
  expect(() => resolveProfile({ settings: { ...settings, pool: { max: 0 } } })).toThrow('pool.max=0 (from settings')
})

test.each([
  ['max', 1.5],
  ['min', 0.5],
  ['maxWaiting', 2.5],
])('option %s=%d → refused: no whole number', (name, value) => {
  expect(() => resolveProfile({ options: { [name]: value }, settings })).toThrow(
    `option ${name} must be a whole number, not ${value}`,
  )
})

test('limits that no pool of pg has → absent, or as they are set', () => {
  expect(resolveProfile({ settings }).pool).not.toHaveProperty('maxWaiting')
  expect(resolveProfile({ settings }).pool).not.toHaveProperty('leakDetectionMs')
  const pool = { maxWaiting: 0, leakDetectionMs: 10_000 }
  expect(resolveProfile({ settings: { ...settings, pool } }).pool).toMatchObject(pool)
  expect(() => resolveProfile({ settings: { ...settings, pool: { maxWaiting: 2 ** 31 } } })).toThrow(
    'it must be an integer of 0 or more',
  )
})

const limits = (failoverTimeoutMs?: number, connectionTimeoutMillis?: number) =>
  resolveProfile({
    settings: {
      ...settings,
      ...(failoverTimeoutMs !== undefined && { failoverTimeoutMs }),
      ...(connectionTimeoutMillis !== undefined && { pool: { connectionTimeoutMillis } }),
    },
  }).pool

test.each([
  [undefined, undefined, 15_000],
  [5_000, undefined, 15_000],
  [30_000, undefined, 35_000],
  [2_147_483_647, undefined, 2_147_483_647],
  [20_000, 20_000, 20_000],
  [30_000, 0, 0],
])('failoverTimeoutMs=%s, connectionTimeoutMillis=%s → a checkout of %s ms', (failover, checkout, expected) => {
  expect(limits(failover, checkout).connectionTimeoutMillis).toBe(expected)
})

test('failoverTimeoutMs above connectionTimeoutMillis → refused, with both sources', () => {
  expect(() => limits(30_000, 10_000)).toThrow(
    'failoverTimeoutMs=30000 (from settings.failoverTimeoutMs) is longer than pool.connectionTimeoutMillis=10000 (from settings.pool.connectionTimeoutMillis), which ends that wait; lower the one or raise the other',
  )
})
