import { afterAll, beforeAll, expect, test } from 'vitest'
import { Ledger } from '../../src/chaos/ledger.ts'
import { type PostgresCluster, startPostgresCluster } from '../../src/postgres/cluster.ts'

let cluster: PostgresCluster
beforeAll(async () => {
  cluster = await startPostgresCluster({ standbys: 0 })
})
afterAll(() => cluster?.stop())

test('ledger: writes that are kept, lost, doubled and unknown → each counted', async () => {
  const ledger = await Ledger.create(cluster)
  const [kept, lost, doubled, unknown] = [ledger.entry(), ledger.entry(), ledger.entry(), ledger.entry()]
  ledger.entry() // failed, without a row
  for (const { sql } of [kept, doubled, doubled, unknown]) await cluster.primary.sql(sql, 'app')
  for (const { entry } of [kept, lost, doubled]) ledger.acknowledged(entry)
  expect(await ledger.balance()).toEqual({ acknowledged: 3, lost: 1, doubled: 1, unknownKept: 1 })
})
