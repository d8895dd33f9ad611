import { expect, test } from 'vitest'
import { explain, type Settings } from '../../src/index.ts'
import type { ExplainedEndpoint } from '../../src/profile/explain.ts'

const secrets = async () => ({ password: 'kahGh2-eiYo9' })

test.each<[name: string, Settings, ExplainedEndpoint]>([
  ['a host', { host: 'db.example' }, { host: 'db.example', port: 5432 }],
  ['a host and its address', { host: 'a', hostaddr: '10.0.0.1' }, { host: 'a', address: '10.0.0.1', port: 5432 }],
  ['an address alone', { hostaddr: '10.0.0.1' }, { host: '10.0.0.1', port: 5432, unnamed: true }],
  ['a socket', { host: '/tmp', port: 1 }, { host: '/tmp', port: 1, socketPath: '/tmp/.s.PGSQL.1' }],
  ['an abstract socket', { host: '@db' }, { host: '@db', port: 5432, socketPath: '\0db/.s.PGSQL.5432' }],
  ['the secret', { secrets }, { host: 'host of the secret', port: 5432, fromSecret: { port: true } }],
  [
    'the secret, and a port',
    { secrets, port: 1 },
    { host: 'host of the secret', port: 1, fromSecret: { port: false } },
  ],
])('explain: a server named by %s → its endpoint', (_name, settings, expected) => {
  expect(explain({ settings: { user: 'app', environment: {}, ...settings } }).endpoints).toEqual([expected])
})
