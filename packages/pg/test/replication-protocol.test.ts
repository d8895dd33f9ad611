import { secureConfig } from '@verifull/pg'
import { startDatabase } from '@verifull/test-harness'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'

const database = await startDatabase()
const { server, settings } = database
beforeAll(() => server.sql('alter role scram_user replication'))
afterAll(async () => {
  await server.sql('alter role scram_user noreplication')
  await database.stop()
})

/** A session of the replication protocol, whose CopyBothResponse no other session may have. */
test.each([
  ['an option', { replication: 'database' }, {}],
  ['a setting', {}, { replication: 'database' }],
])('replication asked for by %s → the stream of the log begins', async (_where, options, more) => {
  const config = secureConfig(options as pg.ClientConfig, { ...settings, ...more })
  for (const Client of [pg.Client, config.Client]) {
    const client = new Client(config)
    client.on('error', () => {})
    await client.connect()
    const { rows } = await client.query('IDENTIFY_SYSTEM')
    const { connection } = client as pg.Client & { connection: NodeJS.EventEmitter }
    const began = new Promise((resolve) => connection.once('replicationStart', resolve))
    const streaming = client.query(`START_REPLICATION PHYSICAL ${rows[0].xlogpos}`).catch(() => 'ended')
    await began
    await client.end()
    expect(await streaming).toBe('ended')
  }
})
