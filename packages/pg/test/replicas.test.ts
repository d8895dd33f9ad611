import { readAfter, secureReplication, writePosition } from '@verifull/pg'
import {
  REPLICA_CONTRACT,
  type ReplicatedApplication,
  type ReplicatedApplicationSettings,
  type ReplicatedDatabase,
  startReplicatedDatabase,
} from '@verifull/test-harness'
import pg from 'pg'
import { afterAll, beforeAll, describe, test } from 'vitest'

let database: ReplicatedDatabase
beforeAll(async () => {
  database = await startReplicatedDatabase()
}, 60_000)
afterAll(() => database?.stop())

async function open(settings: ReplicatedApplicationSettings): Promise<ReplicatedApplication> {
  const { write, read = write } = secureReplication({ max: 4 }, settings)
  const pools = { write: new pg.Pool(write), read: new pg.Pool(read) }
  // The servers are killed under idle connections.
  for (const pool of Object.values(pools)) pool.on('error', () => {})
  return {
    write: async (sql) => (await pools.write.query(sql)).rows,
    read: async (sql) => (await pools.read.query(sql)).rows,
    async readOwnWrite(write, read) {
      await pools.write.query(write)
      const position = await writePosition((sql) => pools.write.query(sql))
      const limited = { ...pools, timeoutMs: 300 }
      return await readAfter(position, limited, async (client) => (await client.query(read)).rows)
    },
    end: () => Promise.all([pools.write.end(), pools.read.end()]),
  }
}

describe('replicas through pg', () => {
  test.each(REPLICA_CONTRACT)('$name', ({ run }) => run(open, database), 60_000)
})
