import { type EndpointEvent, onEvent, secureConfig } from '@verifull/pg'
import { startDatabase } from '@verifull/test-harness'
import pg from 'pg'
import { afterAll, expect, test } from 'vitest'

const database = await startDatabase()
await database.server.sql('alter role hostssl_user set default_transaction_read_only = on')
afterAll(() => database.stop())

const { settings, server } = database
const reports = { ...settings, user: 'hostssl_user', password: server.password('hostssl_user') }
const isReadOnly = async (pool: pg.Pool) => {
  const { rows } = await pool.query("select current_setting('transaction_read_only') as value")
  return rows[0].value === 'on'
}

test('one role may not write (ALTER ROLE), another may → no event of the server, as it has one role', async () => {
  const events: EndpointEvent[] = []
  const stop = onEvent('verifull:endpoint', (event) => events.push(event))
  const found: boolean[] = []
  for (const one of [settings, reports, settings, reports]) {
    const pool = new pg.Pool(secureConfig({}, one))
    found.push(await isReadOnly(pool))
    await pool.end()
  }
  stop()
  expect(found).toEqual([false, true, false, true])
  expect(events).toEqual([])
})
