import { secureConfig as knexConfig, type Settings } from '@verifull/knex'
import { secureConfig as sequelizeConfig } from '@verifull/sequelize'
import { secureConfig as typeormConfig } from '@verifull/typeorm'
import knex from 'knex'
import { QueryTypes, Sequelize } from 'sequelize'
import { DataSource } from 'typeorm'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { startRotatingRole } from './role.ts'

/** What the tests do with an ORM. */
interface Orm {
  query(sql: string): Promise<{ pid: number }[]>
  transaction<T>(work: (query: Orm['query']) => Promise<T>): Promise<T>
  close(): Promise<unknown>
}

const MAX = 6

const ORMS: Readonly<Record<string, (settings: Settings) => Promise<Orm>>> = {
  async TypeORM(settings) {
    const source = await new DataSource(typeormConfig({ poolSize: MAX }, settings)).initialize()
    return {
      query: (sql) => source.query<{ pid: number }[]>(sql),
      transaction: (work) => source.transaction((manager) => work((sql) => manager.query(sql))),
      close: () => source.destroy(),
    }
  },
  async Sequelize(settings) {
    const sequelize = new Sequelize(
      sequelizeConfig({ logging: false, pool: { max: MAX, min: 2, idle: 600_000 } }, settings),
    )
    return {
      query: (sql) => sequelize.query<{ pid: number }>(sql, { type: QueryTypes.SELECT }),
      transaction: (work) =>
        sequelize.transaction((transaction) =>
          work((sql) => sequelize.query<{ pid: number }>(sql, { type: QueryTypes.SELECT, transaction })),
        ),
      close: () => sequelize.close(),
    }
  },
  async Knex(settings) {
    const db = knex(knexConfig({ pool: { min: 2, max: MAX, idleTimeoutMillis: 600_000 }, log: QUIET }, settings))
    return {
      query: async (sql) => (await db.raw(sql)).rows,
      transaction: (work) => db.transaction((trx) => work(async (sql) => (await trx.raw(sql)).rows)),
      close: () => db.destroy(),
    }
  },
}

const warnings: unknown[] = []
const QUIET = { warn: (message: unknown) => void warnings.push(message) }

let role: Awaited<ReturnType<typeof startRotatingRole>>
beforeAll(async () => {
  role = await startRotatingRole('orm_user')
})
afterAll(() => role.stop())

const BUSY = 'select pg_backend_pid() as pid, pg_sleep(0.1)'
const QUICK = 'select pg_backend_pid() as pid'

describe.each(Object.entries(ORMS))('%s', (_name, open) => {
  test('notices no rotation: neither who works nor who comes in the window', async () => {
    const orm = await open(role.settings)
    let isOver = false
    const worker = async () => {
      for (let count = 0; !isOver; count++) await orm.query(count % 3 ? QUICK : BUSY)
    }
    const workers = Array.from({ length: MAX }, worker)
    for (let rotation = 0; rotation < 5; rotation++) {
      // Another part of the application starts in the window, and logs in with what its cache has.
      const [late] = await Promise.all([open(role.settings), role.rotate(50)])
      await Promise.all(Array.from({ length: MAX }, () => late.query(BUSY)))
      await late.close()
    }
    isOver = true
    await Promise.all(workers)
    await orm.close()
  })

  test('has its idle connections replaced, and lends none of an earlier secret', { timeout: 60_000 }, async () => {
    const error = vi.spyOn(console, 'error')
    const orm = await open(role.settings)
    await Promise.all(Array.from({ length: MAX - 1 }, () => orm.query(BUSY)))
    const old = await role.sessions()
    expect(old).toHaveLength(MAX - 1)
    await role.rotate()
    // one more than there are: it is opened with the new secret
    await Promise.all(Array.from({ length: MAX }, () => orm.query(BUSY)))
    for (let count = 0; count < 10; count++) {
      const [row] = await orm.query(QUICK)
      expect(old).not.toContain(row?.pid)
    }
    await expect
      .poll(async () => (await role.sessions()).filter((pid) => old.includes(pid)), { timeout: 30_000 })
      .toEqual([])
    expect(error).not.toHaveBeenCalled()
    await Promise.all(Array.from({ length: MAX }, () => orm.query(BUSY)))
    await orm.close()
  })

  test('finishes a transaction on the connection it began on, however long it rests', { timeout: 60_000 }, async () => {
    const orm = await open(role.settings)
    await orm.query(QUICK)
    const pids = await orm.transaction(async (query) => {
      const [before] = await query(QUICK)
      await role.rotate()
      await Promise.all(Array.from({ length: MAX - 1 }, () => orm.query(BUSY)))
      await new Promise((resolve) => setTimeout(resolve, 7000))
      const [after] = await query(QUICK)
      return [before?.pid, after?.pid]
    })
    expect(pids[1]).toBe(pids[0])
    await orm.close()
  })
})

afterEach(() => expect.poll(role.sessions).toEqual([]))

test('Knex is told why connections are gone, and nothing else', () => {
  for (const warning of new Set(warnings.map(String))) {
    expect(warning).toBe('Connection Error: the secret of this connection has been replaced')
  }
})
