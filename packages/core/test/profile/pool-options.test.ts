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
