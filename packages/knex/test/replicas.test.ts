import { readAfter, secureReplication, writePosition } from '@verifull/knex'
import {
  REPLICA_CONTRACT,
  type ReplicatedApplication,
  type ReplicatedApplicationSettings,
  type ReplicatedDatabase,
  startReplicatedDatabase,
} from '@verifull/test-harness'
import type { Knex } from 'knex'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
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

  test('readAfter: a write, a wrong position, a session lost while it waits → 25006, refused, the primary; none is kept', async () => {
    const { write, read = write } = secureReplication({ ...options, pool: { max: 1 } }, database.settings)
    const instances = { write: knex(write), read: knex(read) }
    const writing = (trx: Knex.Transaction) => trx.raw('update seen set number = 0')
    const where = async (trx: Knex.Transaction) => (await trx.raw('select pg_is_in_recovery() as standby')).rows
    await expect(readAfter('0/0', instances, writing)).rejects.toMatchObject({ code: '25006' })
    await expect(readAfter('0/0', { write: instances.write }, writing)).rejects.toMatchObject({ code: '25006' })
    await expect(readAfter('latest', instances, writing)).rejects.toMatchObject({ code: 'CONFIGURATION' })
    expect(await readAfter('0/0', instances, where)).toEqual([{ standby: true }])
    const reading = readAfter('FFFFFFFF/0', { ...instances, timeoutMs: 20_000 }, where)
    await Promise.all(database.cluster.standbys.map((standby) => standby.endSessions()))
    expect(await reading).toEqual([{ standby: false }])
    expect(await readAfter('0/0', instances, where)).toEqual([{ standby: true }])
    await Promise.all([instances.write.destroy(), instances.read.destroy()])
  })

  test.each(REPLICA_CONTRACT)('$name', ({ run }) => run(open, database), 60_000)
})
