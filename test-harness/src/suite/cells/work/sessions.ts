import assert from 'node:assert/strict'
import { setTimeout as pause } from 'node:timers/promises'
import { causesOf, codeOf } from '../../causes.ts'
import { type WorkCell, workCell } from '../../work-cell.ts'

const ASLEEP = "select count(*) from pg_stat_activity where datname = current_database() and wait_event = 'PgSleep'"
const OURS = "from pg_stat_activity where datname = current_database() and usename <> 'postgres'"

/** Pools with many, broken, cancelled and closed sessions. */
export const SESSION_CELLS: readonly WorkCell[] = [
  workCell({
    requirement: 'VF-WORK-009',
    id: 'concurrency',
    title: '40 queries at once share the sessions of the pool',
    pieces: ['query', 'pool'],
    async run({ work, open, request }) {
      const handle = await open()
      const queries = Array.from({ length: 40 }, () =>
        work.query(handle, 'select pg_backend_pid() as pid, pg_sleep(0.01)::text'),
      )
      const pids = new Set((await Promise.all(queries)).map(([row]) => String(row?.pid)))
      assert.ok(pids.size <= request.poolSize, `${pids.size} sessions, where the pool may have ${request.poolSize}`)
      assert.ok(pids.size > 1, 'one session for 40 queries at once')
    },
  }),
  workCell({
    requirement: 'VF-WORK-010',
    id: 'unique',
    title: 'a second row of one id is refused, and the SQLSTATE reaches the caller',
    pieces: ['insert'],
    async run({ work, open }) {
      const handle = await open()
      await work.insert(handle, [{ id: 1, name: 'Anna' }])
      await rejectsWith('23505', work.insert(handle, [{ id: 1, name: 'Bert' }]))
      await work.insert(handle, [{ id: 2, name: 'Bert' }])
    },
  }),
  workCell({
    requirement: 'VF-WORK-011',
    id: 'killed',
    title: 'when the server ends an idle session, the process lives and the next query but one at most works',
    pieces: ['query', 'pool'],
    async run({ work, open, sql, until }) {
      const handle = await open()
      await work.query(handle, 'select 1')
      await sql(`select pg_terminate_backend(pid) ${OURS}`)
      await until(`select count(*) ${OURS}`, '0')
      // A pool may learn of the query's end before that of the connection.
      await work.query(handle, 'select 2').catch(() => pause(100).then(() => work.query(handle, 'select 3')))
    },
  }),
  workCell({
    requirement: 'VF-WORK-012',
    id: 'cancelled',
    title: 'a query that the server cancels ends with 57014, and the next one works',
    pieces: ['query'],
    async run({ work, open, sql, until }) {
      const handle = await open()
      const cancelled = rejectsWith('57014', work.query(handle, 'select pg_sleep(60)::text'))
      await Promise.race([until(ASLEEP, '1'), cancelled])
      await sql(`select pg_cancel_backend(pid) ${OURS}`)
      await cancelled
      await work.query(handle, 'select 1')
    },
  }),
  workCell({
    requirement: 'VF-WORK-012',
    id: 'statement-timeout',
    title: 'a statement_timeout ends a query with 57014, and the next one works',
    pieces: ['query', 'transaction'],
    async run({ work, open }) {
      const handle = await open()
      const ended = work.transaction(handle, async (inside) => {
        await work.query(inside, "set local statement_timeout = '50ms'")
        await work.query(inside, 'select pg_sleep(60)::text')
      })
      await rejectsWith('57014', ended)
      await work.query(handle, 'select 1')
    },
  }),
  workCell({
    requirement: 'VF-WORK-013',
    id: 'close',
    title: 'closing waits for the query that runs',
    pieces: ['query', 'pool'],
    async run({ work, open, close, until }) {
      const handle = await open()
      const running = work.query(handle, 'select pg_sleep(0.3)::text as done')
      await Promise.race([until(ASLEEP, '1'), running])
      await Promise.all([running, close()])
    },
  }),
]

/** Checks that `work` rejects with the SQLSTATE, in the error itself or in one that it wraps. */
async function rejectsWith(sqlstate: string, work: Promise<unknown>): Promise<void> {
  await assert.rejects(work, (error) => {
    const codes = causesOf(error).map(codeOf)
    assert.ok(codes.includes(sqlstate), `no ${sqlstate} in ${String(error)} (codes: ${codes.join(', ')})`)
    return true
  })
}
