import { afterEach, expect, test } from 'vitest'
import { poolName, releasePoolName, resolveProfile } from '../../src/adapter.ts'
import type { Settings } from '../../src/index.ts'

const given: string[] = []
afterEach(() => {
  for (const name of given.splice(0)) releasePoolName(name)
})

function nameFor(settings: Settings): string {
  const name = poolName(resolveProfile({ settings: { user: 'app', environment: {}, ...settings } }).profile)
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

test('poolName: pools to one server → numbered; a number that was given up → used again', () => {
  const settings = { host: 'db.example', database: 'orders' }
  const names = [1, 2, 3].map(() => nameFor(settings))
  expect(names).toEqual(['db.example:5432/orders', 'db.example:5432/orders #2', 'db.example:5432/orders #3'])
  releasePoolName('db.example:5432/orders #2')
  expect(nameFor(settings)).toBe('db.example:5432/orders #2')
})
