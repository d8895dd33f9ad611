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
  const [kept, lost, doubled, unknown, failed] = [0, 1, 2, 3, 4]
  for (const entry of [kept, doubled, doubled, unknown]) {
    await cluster.primary.sql(`insert into ledger values (${entry})`, 'app')
  }
  const failure = { message: 'connection lost' }
  const balance = await ledger.balance([
    ...[kept, lost, doubled].map((entry) => ({ entry })),
    ...[unknown, failed].map((entry) => ({ entry, failure })),
  ])
  expect(balance).toEqual({ acknowledged: 3, lost: 1, doubled: 1, unknownKept: 1 })
  await ledger.drop()
})
