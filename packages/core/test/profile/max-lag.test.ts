import { expect, test } from 'vitest'
import { explain, resolveProfile } from '../../src/index.ts'
import type { Settings } from '../../src/parameters/settings.ts'

const SETTINGS = { host: 'db.test', user: 'app', environment: { NODE_ENV: 'production' } } satisfies Settings
const REPLICAS = { replicas: ['a.test', 'b.test'] } satisfies Settings

test.each<[string, Settings, number | undefined]>([
  ['a setting', { maxLagMs: 100 }, 100],
  ['a variable', { environment: { NODE_ENV: 'production', DB_READ_REPLICA_MAX_LAG: '2500' } }, 2500],
  ['both', { maxLagMs: 1000, environment: { NODE_ENV: 'production', DB_READ_REPLICA_MAX_LAG: '2500' } }, 1000],
  ['neither', {}, undefined],
])('maxLagMs: %s → the bound of all replicas', (_what, settings, bound) => {
  const { replicas } = resolveProfile({ settings: { ...SETTINGS, ...REPLICAS, ...settings } })
  expect(replicas.map(({ reads }) => reads?.maxLagMs)).toEqual([bound, bound])
})

test.each<[Settings, string]>([
  [{ maxLagMs: 0 }, 'settings.maxLagMs'],
  [{ maxLagMs: 5 }, 'settings.maxLagMs'],
  [{ maxLagMs: -1 }, 'settings.maxLagMs'],
  [{ maxLagMs: 2 ** 31 }, 'settings.maxLagMs'],
  [{ maxLagMs: Number.NaN }, 'settings.maxLagMs'],
  [{ environment: { DB_READ_REPLICA_MAX_LAG: '5s' } }, 'DB_READ_REPLICA_MAX_LAG'],
])('maxLagMs: %j → a problem that names %s and the range', (settings, place) => {
  expect(() => resolveProfile({ settings: { ...SETTINGS, ...REPLICAS, ...settings } })).toThrow(
    new RegExp(`invalid maxLagMs value ".*" \\(from ${place}\\); it must be an integer of 100 or more`),
  )
})

test('maxLagMs: among the settings of one replica → refused, as it holds for all', () => {
  const replicas = [{ host: 'a.test', maxLagMs: 1000 }] as never
  expect(() => resolveProfile({ settings: { ...SETTINGS, replicas } })).toThrow(
    'unknown setting "maxLagMs"; it holds for all servers: give it as settings.maxLagMs',
  )
})

test('explain: maxLagMs → with its source', () => {
  const { settings } = explain({ settings: { ...SETTINGS, ...REPLICAS, maxLagMs: 1000 } })
  expect(settings).toContainEqual({ parameter: 'maxLagMs', value: '1000', source: 'settings.maxLagMs', shadows: [] })
})
