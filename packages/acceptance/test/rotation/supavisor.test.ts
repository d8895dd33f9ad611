import { type Settings, secureConfig } from '@verifull/pg'
import { createHierarchy, type HostileConnection, startHostileServer } from '@verifull/test-harness'
import pg from 'pg'
import { expect, onTestFinished, test } from 'vitest'

const { root, servers } = await createHierarchy()
const tls = { certificate: servers.good.chain, key: servers.good.key }
const REFUSED = '(EWRONGPASSWORD) password authentication failed for user "app"'
const BLOCKED = '(ECIRCUITBREAKER) too many authentication failures, new connections are temporarily blocked'

const wants = (password: string): HostileConnection => ({ tls, answers: [{ scram: { password } }] })
const refuses: HostileConnection = {
  tls,
  answers: [{ sasl: ['SCRAM-SHA-256'] }, { error: '28P01', message: REFUSED }],
}
const blocks: HostileConnection = { tls, answers: [{ error: 'XX000', message: BLOCKED }] }

/** A pool in front of a scripted pooler: one entry per connection, the last one repeats. */
async function poolBefore(script: readonly HostileConnection[], who: Settings, max = 1) {
  const server = await startHostileServer(script)
  onTestFinished(() => server.stop())
  const settings = { host: 'localhost', port: server.port, database: 'app', user: 'app', sslrootcert: root.certificate }
  const pool = new pg.Pool(secureConfig({ max }, { ...settings, environment: { NODE_ENV: 'production' }, ...who }))
  pool.on('error', () => {})
  onTestFinished(() => pool.end())
  const logins = () => server.connections.filter(({ events }) => events.some((event) => event.startsWith('Startup')))
  return { pool, server, logins }
}

test('Supavisor: the new password rejected once, as it does by design → retried after two seconds, and the checkout succeeds', {
  timeout: 30_000,
}, async () => {
  let password = 'old'
  const { pool, logins } = await poolBefore([wants('old'), wants('new'), refuses, wants('new')], {
    secrets: async () => ({ password }),
  })
  const first = await pool.connect()
  first.release(true)
  password = 'new'
  const began = performance.now()
  const second = await pool.connect()
  expect(performance.now() - began).toBeGreaterThanOrEqual(2000)
  second.release(true)
  // The old password, the new one that is rejected once, and the new one again.
  expect(logins()).toHaveLength(4)
})

test.each<[string, Settings]>([
  ['that is fixed', { password: 'wrong' }],
  ['of a store', { secrets: async () => ({ password: 'wrong' }) }],
])('circuit breaker open, password %s → few logins, the same error for all, and no retry', async (_, who) => {
  const { pool, server, logins } = await poolBefore([blocks], who, 10)
  const all = () => Promise.allSettled(Array.from({ length: 10 }, () => pool.query('select 1')))
  for (const outcome of await all()) expect(outcome).toMatchObject({ reason: { code: 'XX000', message: BLOCKED } })
  const tried = logins().length
  expect(tried).toBeGreaterThan(0)
  const { length } = server.connections
  for (const outcome of [...(await all()), ...(await all())]) {
    expect(outcome).toMatchObject({
      reason: { code: 'XX000', cause: { message: expect.stringMatching(/^localhost:\d+ is not tried for another/) } },
    })
  }
  expect([logins().length, server.connections.length]).toEqual([tried, length])
})
