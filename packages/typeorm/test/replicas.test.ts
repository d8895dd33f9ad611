import {
  REPLICA_CONTRACT,
  type ReplicatedApplication,
  type ReplicatedApplicationSettings,
  type ReplicatedDatabase,
  startReplicatedDatabase,
} from '@verifull/test-harness'
import { secureConfig, waitForPosition, writePosition } from '@verifull/typeorm'
import type { ReplicationMode } from 'typeorm'
import { afterAll, beforeAll, describe, test } from 'vitest'
import { VERSIONS } from './versions.ts'

let database: ReplicatedDatabase
beforeAll(async () => {
  database = await startReplicatedDatabase()
}, 60_000)
afterAll(() => database?.stop())

describe.each(VERSIONS.slice(0, 1))('replicas through $name', ({ typeorm }) => {
  async function open(settings: ReplicatedApplicationSettings): Promise<ReplicatedApplication> {
    const config = secureConfig({ poolSize: 4, poolErrorHandler: () => {} }, settings)
    const source = await new typeorm.DataSource(config).initialize()
    const ask = async (mode: ReplicationMode, sql: string) => {
      const runner = source.createQueryRunner(mode)
      try {
        const rows = await runner.query(sql)
        return Array.isArray(rows[0]) ? rows[0] : rows
      } finally {
        await runner.release()
      }
    }
    return {
      write: (sql) => ask('master', sql),
      read: (sql) => ask('slave', sql),
      async readOwnWrite(write, read) {
        await source.query(write)
        const position = await writePosition((sql) => source.query(sql))
        const runner = source.createQueryRunner('slave')
        try {
          const isReached = await waitForPosition((sql) => runner.query(sql), position, { timeoutMs: 300 })
          return isReached ? await runner.query(read) : await source.query(read)
        } finally {
          await runner.release()
        }
      },
      end: () => source.destroy(),
    }
  }

  test.each(REPLICA_CONTRACT)('$name', ({ run }) => run(open, database), 60_000)
})
