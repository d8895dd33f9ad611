import type { RehearsalWork, WorkRequest } from '@verifull/test-harness'
import type pg from 'pg'
import { usualTransaction } from './usual-transaction.ts'

/** A pool with the transaction of pg's documentation. */
export function usualPg(open: (request: WorkRequest) => pg.Pool): RehearsalWork<pg.Pool, pg.PoolClient> {
  return {
    open: (request) => open(request).on('error', () => {}),
    close: (pool) => pool.end(),
    query: async (on, sql) => (await on.query(sql)).rows,
    async transaction(pool, body) {
      const client = await pool.connect()
      await usualTransaction(client, body, () => client.release())
    },
  }
}
