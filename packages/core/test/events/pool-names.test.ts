import { afterEach, expect, test } from 'vitest'
import { poolName, releasePoolName, resolveProfile } from '../../src/adapter.ts'
import { poolCounts } from '../../src/events/pool-names.ts'
import type { Settings } from '../../src/index.ts'

const COUNTS = { total: 2, idle: 1, active: 1, waiting: 0, max: 10 }
const POOL = { counts: () => COUNTS }
const given: string[] = []
afterEach(() => {
  for (const name of given.splice(0)) releasePoolName(name)
})

function nameFor(settings: Settings): string {
  const name = poolName(resolveProfile({ settings: { user: 'app', environment: {}, ...settings } }).profile, POOL)
  given.push(name)
  return name
}

test.each<[settings: Settings, name: string]>([
  [{ host: 'db.example', database: 'orders' }, 'db.example:5432/orders'],
  [{ host: 'db.example', port: 6432 }, 'db.example:6432'],
  [{ host: 'a.example,b.example' }, 'a.example:5432,b.example:5432'],
  [{ host: 'a.example,b.example,c.example,d.example,e.example' }, 'a.example:5432,b.example:5432,c.example:5432,+2'],
])('poolName: %j → %s', (settings, name) => {
  expect(nameFor(settings)).toBe(name)
})

test('poolName: a host that only the secret names → no host in the name', () => {
  const secrets = async () => ({ password: 'CANARY-8hs', host: 'db7.example' })
  expect(nameFor({ secrets, database: 'orders' })).toBe('secret/orders')
})

test('poolName: no server known → a name all the same', () => {
  given.push(poolName({ endpoints: [] }, POOL))
  expect(given).toEqual(['pool'])
})

test('poolName: pools to one server → numbered; a number that was given up → used again', () => {
  const settings = { host: 'db.example', database: 'orders' }
  const names = [1, 2, 3].map(() => nameFor(settings))
  expect(names).toEqual(['db.example:5432/orders', 'db.example:5432/orders #2', 'db.example:5432/orders #3'])
  expect(poolCounts()).toEqual(Object.fromEntries(names.map((name) => [name, COUNTS])))
  releasePoolName('db.example:5432/orders #2')
  expect(Object.keys(poolCounts())).toEqual(['db.example:5432/orders', 'db.example:5432/orders #3'])
  expect(nameFor(settings)).toBe('db.example:5432/orders #2')
})
