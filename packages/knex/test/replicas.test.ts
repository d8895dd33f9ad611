import { readAfter, secureReplication, writePosition } from '@verifull/knex'
import {
  REPLICA_CONTRACT,
  type ReplicatedApplication,
  type ReplicatedApplicationSettings,
  type ReplicatedDatabase,
  startReplicatedDatabase,
} from '@verifull/test-harness'
import type { Knex } from 'knex'
import { afterAll, beforeAll, describe, test } from 'vitest'
import { VERSIONS } from './versions.ts'

let database: ReplicatedDatabase
beforeAll(async () => {
  database = await startReplicatedDatabase()
}, 60_000)
afterAll(() => database?.stop())

describe.each(VERSIONS.slice(0, 1))('replicas through $name', ({ knex, options }) => {
  async function open(settings: ReplicatedApplicationSettings): Promise<ReplicatedApplication> {
    const { write, read = write } = secureReplication({ ...options, pool: { max: 4 } }, settings)
    const instances: Record<'write' | 'read', Knex> = { write: knex(write), read: knex(read) }
    return {
      write: async (sql) => (await instances.write.raw(sql)).rows,
      read: async (sql) => (await instances.read.raw(sql)).rows,
      async readOwnWrite(write, read) {
        await instances.write.raw(write)
        const position = await writePosition((sql) => instances.write.raw(sql))
        return await readAfter(position, { ...instances, timeoutMs: 300 }, async (trx) => (await trx.raw(read)).rows)
      },
      end: () => Promise.all([instances.write.destroy(), instances.read.destroy()]),
    }
  }

  test.each(REPLICA_CONTRACT)('$name', ({ run }) => run(open, database), 60_000)
})
