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
