import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { secureConfig } from '@verifull/pg'
import {
  chaos,
  createHierarchy,
  FAULTS,
  type PostgresCluster,
  type RehearsalAdapter,
  type RehearsalWork,
  startPostgresCluster,
  temporaryFolder,
} from '@verifull/test-harness'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const folder = temporaryFolder()
const ca = join(folder.path, 'ca.crt')
let cluster: PostgresCluster

beforeAll(async () => {
  const { root, servers } = await createHierarchy()
  await writeFile(ca, root.certificate)
  const { chain: certificate, key } = servers.good
  // A write is acknowledged when a standby has it, so that none may be lost in a promotion.
  const settings = { synchronous_commit: 'on', synchronous_standby_names: 'ANY 1 (standby)' }
  cluster = await startPostgresCluster({ tls: { certificate, key }, settings })
}, 60_000)
afterAll(async () => {
  await cluster?.stop()
  await folder.remove()
})

const work: RehearsalWork<pg.Pool, pg.PoolClient> = {
  open: (request) =>
    new pg.Pool(
      secureConfig(
        { max: request.poolSize, connectionTimeoutMillis: request.timeoutMs },
        { ...settingsOf(request.parameters), environment: request.environment },
      ),
    ).on('error', () => {}),
  close: (pool) => pool.end(),
  query: async (on, sql) => (await on.query(sql)).rows,
  async transaction(pool, body) {
    const client = await pool.connect()
    const ignore = () => {}
    client.on('error', ignore)
    try {
      await client.query('begin')
      await body(client)
      await client.query('commit')
      client.release()
    } catch (error) {
      client.release(true)
      throw error
    } finally {
      client.off('error', ignore)
    }
  },
}
const adapter: RehearsalAdapter = { name: '@verifull/pg', work }

function settingsOf({ dbname: database, ...others }: Readonly<Record<string, string>>) {
  return { ...others, database } as NonNullable<Parameters<typeof secureConfig>[1]>
}

describe('failover through pg', () => {
  test.each(['switchover', 'restart', 'full-slots', 'sessions-killed', 'promotion'])(
    '%s under load → no failed checkout, no write lost or doubled',
    async (id) => {
      const fault = FAULTS.find((one) => one.id === id)
      if (!fault) throw new Error(`there is no fault ${id}`)
      const run = await chaos({ adapter, fault, cluster, ca })
      expect(run).toMatchObject({ failedCheckouts: 0, lost: 0, doubled: 0 })
      expect(run.acknowledged).toBeGreaterThan(100)
      expect(run.firstWriteMs).toBeLessThanOrEqual(1500)
    },
    30_000,
  )
})
