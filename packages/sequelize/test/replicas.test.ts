import { waitForPosition, writePosition } from '@verifull/sequelize'
import {
  REPLICA_CONTRACT,
  type ReplicatedApplication,
  type ReplicatedApplicationSettings,
  type ReplicatedDatabase,
  startReplicatedDatabase,
} from '@verifull/test-harness'
import { QueryTypes } from 'sequelize'
import { afterAll, beforeAll, describe, test } from 'vitest'
import { rowsOf, VERSIONS } from './versions.ts'

let database: ReplicatedDatabase
beforeAll(async () => {
  database = await startReplicatedDatabase()
}, 60_000)
afterAll(() => database?.stop())

describe.each(VERSIONS.toReversed())('replicas through $name', ({ name, open: sequelizeOf, secured }) => {
  async function open(settings: ReplicatedApplicationSettings): Promise<ReplicatedApplication> {
    const db = sequelizeOf(secured({ pool: { max: 4 } }, settings))
    const write = async (sql: string) => (await db.query(sql, { type: QueryTypes.RAW }))[0] as Record<string, unknown>[]
    return {
      write,
      read: (sql) => rowsOf(db, sql),
      async readOwnWrite(statement, read) {
        await write(statement)
        const position = await writePosition(write)
        const rows = await db.transaction({ readOnly: true }, async (transaction) => {
          const run = (sql: string) => db.query(sql, { type: QueryTypes.SELECT, transaction })
          const isReached = await waitForPosition(run, position, { timeoutMs: 300 })
          return isReached ? ((await run(read)) as Record<string, unknown>[]) : undefined
        })
        return rows ?? (await write(read))
      },
      end: () => db.close(),
    }
  }

  // Both versions have the same pool of each server; the promises about servers that are away take some seconds.
  const promises = name.startsWith('Sequelize 6') ? REPLICA_CONTRACT : REPLICA_CONTRACT.slice(0, 2)
  test.each(promises)('$name', ({ run }) => run(open, database), 60_000)
})
