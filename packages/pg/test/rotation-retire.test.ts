import { resolveProfile } from '@verifull/core'
import { secureConfig, securePg } from '@verifull/pg'
import { type Database, startDatabase } from '@verifull/test-harness'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { rotatingRole } from './rotating-role.ts'

let database: Database
beforeAll(async () => {
  database = await startDatabase()
  await database.server.setHba(['hostssl all all all scram-sha-256'])
})
afterAll(() => database.stop())

let roles = 0
const newRole = () => rotatingRole(database, `retired_${++roles}`)

/** A pool whose secret has been replaced: `idle` clients idle, `lent` ones lent, all opened with the old secret. */
async function rotated({ idle, lent, options }: { idle: number; lent: number; options?: pg.PoolConfig }) {
  const role = await newRole()
  const pool = new pg.Pool(secureConfig({ max: 20, ...options }, role.settings))
  const events: string[] = []
  for (const name of ['error', 'remove', 'connect'] as const) pool.on(name, () => events.push(name))
  const clients = await Promise.all(Array.from({ length: idle + lent }, () => pool.connect()))
  for (const client of clients.slice(lent)) client.release()
  expect([pool.totalCount, pool.idleCount]).toEqual([idle + lent, idle])
  events.length = 0
  return { role, pool, events, lent: clients.slice(0, lent) }
}

const pidOf = async (client: pg.ClientBase) => (await client.query('select pg_backend_pid() as pid')).rows[0].pid

describe('when the secret has been replaced', () => {
  test('idle clients are closed at once, and pools tell of no error', async () => {
    const { role, pool, events } = await rotated({ idle: 4, lent: 0 })
    await role.rotate('two')
    // all four are taken, and a fifth is opened with the new secret
    await Promise.all(Array.from({ length: 5 }, () => pool.query('select pg_sleep(0.1)')))
    await expect.poll(() => pool.totalCount).toBe(1)
    await expect.poll(role.sessions).toBe(1)
    await expect.poll(() => events.filter((name) => name === 'remove').length).toBe(4)
    expect(events).not.toContain('error')
    await pool.end()
  })

  test.each([{ min: 3, max: 20 }, { maxUses: 100, max: 20 }, { idleTimeoutMillis: 0 }])(
    'idle clients are closed whatever the pool keeps: %o',
    async (options) => {
      const { role, pool, events, lent } = await rotated({ idle: 3, lent: 0, options })
      expect(lent).toEqual([])
      await role.rotate('two')
      const taken = await Promise.all(Array.from({ length: 3 }, () => pool.connect()))
      const fresh = pool.connect()
      // given back while the fourth is being opened: they are idle when it is let in
      for (const client of taken) client.release()
      await fresh
      await expect.poll(() => [pool.totalCount, pool.idleCount]).toEqual([1, 0])
      await expect.poll(role.sessions).toBe(1)
      expect(events).not.toContain('error')
      ;(await fresh).release()
      await pool.end()
    },
  )

  test('a lent client goes on until it is given back, whatever it does', async () => {
    const { role, pool, lent } = await rotated({ idle: 1, lent: 3 })
    const [quiet, working, inTransaction] = lent as [pg.PoolClient, pg.PoolClient, pg.PoolClient]
    const pid = await pidOf(quiet)
    await inTransaction.query('begin')
    const query = working.query('select pg_sleep(1), 1 as one')
    await role.rotate('two')
    const fresh = await Promise.all([pool.connect(), pool.connect()])
    await expect.poll(role.sessions).toBe(5)
    expect((await query).rows).toMatchObject([{ one: 1 }])
    expect(await pidOf(quiet)).toBe(pid)
    await inTransaction.query('commit')
    for (const client of [...lent, ...fresh]) client.release()
    await expect.poll(role.sessions).toBe(1)
    await pool.end()
  })

  test('a client that was lent and is listening hears on', async () => {
    const { role, pool, lent } = await rotated({ idle: 1, lent: 1 })
    const [listening] = lent as [pg.PoolClient]
    const heard: unknown[] = []
    listening.on('notification', ({ payload }) => heard.push(payload))
    await listening.query('listen news')
    await role.rotate('two')
    await Promise.all([pool.query('select pg_sleep(0.1)'), pool.query('select pg_sleep(0.1)')])
    await expect.poll(role.sessions).toBe(2)
    await database.server.sql("notify news, 'still here'")
    await pool.query("notify news, 'and here'")
    await expect.poll(() => heard).toContain('and here')
    listening.release()
    await expect.poll(role.sessions).toBe(1)
    await pool.end()
  })

  test('waiting checkouts get another connection, though the pool is full', async () => {
    const { role, pool, lent } = await rotated({ idle: 0, lent: 2, options: { max: 2 } })
    await role.rotate('two')
    const waiting = Promise.all(Array.from({ length: 6 }, () => pool.query('select 1 as one')))
    for (const client of lent) client.release()
    expect((await waiting).map(({ rows }) => rows)).toEqual(Array(6).fill([{ one: 1 }]))
    await pool.end()
  })

  test('a pool that is ending ends', async () => {
    const { role, pool, events, lent } = await rotated({ idle: 2, lent: 1 })
    await role.rotate('two')
    const opening = Promise.all(Array.from({ length: 3 }, () => pool.query('select pg_sleep(0.05)')))
    await opening
    const ended = pool.end()
    lent[0]?.release()
    await ended
    await expect.poll(role.sessions).toBe(0)
    expect(events).not.toContain('error')
  })

  test('a client of no pool stays', async () => {
    const role = await newRole()
    const { profile } = resolveProfile({ settings: role.settings })
    const { Client, Pool } = securePg(profile)
    const own = new Client()
    await own.connect()
    const pid = await pidOf(own)
    const pool = new Pool()
    await role.rotate('two')
    await pool.query('select 1')
    await new Promise((resolve) => setTimeout(resolve, 6500))
    expect(await pidOf(own)).toBe(pid)
    await Promise.all([own.end(), pool.end()])
  })
})

test('another pool of the same profile has its idle clients replaced as well', async () => {
  const role = await newRole()
  const { profile } = resolveProfile({ settings: role.settings })
  const { Pool } = securePg(profile)
  const [one, other] = [new Pool(), new Pool()]
  const errors: unknown[] = []
  for (const pool of [one, other]) pool.on('error', (error) => errors.push(error))
  await Promise.all([one.query('select 1'), other.query('select 1')])
  await role.rotate('two')
  await Promise.all([one.query('select pg_sleep(0.1)'), one.query('select pg_sleep(0.1)')])
  await expect.poll(() => other.totalCount).toBe(0)
  await expect.poll(role.sessions).toBe(1)
  expect(errors).toEqual([])
  await Promise.all([one.end(), other.end()])
})
