import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { MAX, ORMS, warnings } from './orms.ts'
import { startRotatingRole } from './role.ts'

let role: Awaited<ReturnType<typeof startRotatingRole>>
beforeAll(async () => {
  role = await startRotatingRole('orm_user')
})
afterAll(() => role.stop())

const BUSY = 'select pg_backend_pid() as pid, pg_sleep(0.1)'
const QUICK = 'select pg_backend_pid() as pid'

describe.each(Object.entries(ORMS))('%s', (_name, open) => {
  test('rotation under load, and a second pool within the window → no failed query', async () => {
    const orm = await open(role.settings)
    let isOver = false
    const worker = async () => {
      for (let count = 0; !isOver; count++) await orm.query(count % 3 ? QUICK : BUSY)
    }
    const workers = Array.from({ length: MAX }, worker)
    for (let rotation = 0; rotation < 5; rotation++) {
      // A second pool starts within the window and logs in with the cached secret.
      const [late] = await Promise.all([open(role.settings), role.rotate(50)])
      await Promise.all(Array.from({ length: MAX }, () => late.query(BUSY)))
      await late.close()
    }
    isOver = true
    await Promise.all(workers)
    await orm.close()
  })

  test('rotation with idle connections → replaced, and none of an earlier generation is lent', {
    timeout: 60_000,
  }, async () => {
    const error = vi.spyOn(console, 'error')
    const orm = await open(role.settings)
    await Promise.all(Array.from({ length: MAX - 1 }, () => orm.query(BUSY)))
    const old = await role.sessions()
    expect(old).toHaveLength(MAX - 1)
    await role.rotate()
    // One query more than there are connections: its connection is opened with the new secret.
    await Promise.all(Array.from({ length: MAX }, () => orm.query(BUSY)))
    // until the new one is in the pool, an old one may be lent twice
    await expect.poll(async () => old.includes((await orm.query(QUICK))[0]?.pid ?? 0)).toBe(false)
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

  test('rotation during a transaction with a long pause → finished on its own connection', {
    timeout: 60_000,
  }, async () => {
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

test('Knex: connections retired → the reason in its log, and nothing else', () => {
  for (const warning of new Set(warnings.map(String))) {
    expect(warning).toBe('Connection Error: the secret of this connection has been replaced')
  }
})
