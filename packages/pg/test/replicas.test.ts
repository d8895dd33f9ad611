import { readAfter, secureConfig, secureReplication, waitForPosition, writePosition } from '@verifull/pg'
import {
  type ClusterServer,
  pgbouncerHere,
  REPLICA_CONTRACT,
  type ReplicatedApplication,
  type ReplicatedApplicationSettings,
  type ReplicatedDatabase,
  startPgbouncer,
  startReplicatedDatabase,
} from '@verifull/test-harness'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

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

describe.runIf(pgbouncerHere())('a replica behind PgBouncer, which refuses default_transaction_read_only', () => {
  async function readThrough(server: ClusterServer) {
    const { settings, tls } = database
    const users = { scram_user: settings.password }
    const pooler = await startPgbouncer({ server, tls, serverCa: tls.ca, users })
    const replicas = [{ host: 'localhost', port: pooler.port }]
    const { read } = secureReplication({ max: 1 }, { ...settings, replicas })
    const pool = new pg.Pool(read)
    try {
      const { rows } = await pool.query('select pg_is_in_recovery() as standby, inet_server_port() as port')
      await expect(pool.query('update seen set number = 0')).rejects.toMatchObject({ code: '25006' })
      return rows[0]
    } finally {
      await pool.end()
      await pooler.stop()
    }
  }

  test('a standby is behind it → it is read from', async () => {
    const [standby] = database.cluster.standbys as [ClusterServer]
    expect(await readThrough(standby)).toEqual({ standby: true, port: standby.port })
  })

  test('a server that takes writes is behind it → reads go to the primary instead', async () => {
    const { primary } = database.cluster
    expect(await readThrough(primary)).toEqual({ standby: false, port: primary.port })
  })

  test('the primary is behind one as well → no session, and the error names the parameter', async () => {
    const { settings, tls, cluster } = database
    const users = { scram_user: settings.password }
    const pooler = await startPgbouncer({ server: cluster.primary, tls, serverCa: tls.ca, users })
    const nothing = { host: 'localhost', port: 1 }
    const { write, read } = secureReplication(
      { max: 1 },
      { ...settings, host: 'localhost', port: pooler.port, replicas: [nothing], failoverTimeoutMs: 0 },
    )
    const pools = { write: new pg.Pool(write), read: new pg.Pool(read) }
    await expect(pools.read.query('select 1')).rejects.toThrow(
      'session is not read-only, and connections for reading must be: a pooler does not pass on default_transaction_read_only',
    )
    expect((await pools.write.query('select 1 as one')).rows).toEqual([{ one: 1 }])
    await Promise.all([pools.write.end(), pools.read.end()])
    await pooler.stop()
  })
})

test('waitForPosition: outside and inside a transaction → the server tells which, so that WAIT FOR LSN is sent outside alone', async () => {
  const pool = new pg.Pool(secureConfig({ max: 1 }, database.settings))
  const client = await pool.connect()
  const isAlone = async () => {
    const rows: { readonly alone: boolean }[] = []
    const run = async (sql: string) => {
      const result = await client.query(sql)
      rows.push(...result.rows)
      return result
    }
    expect(await waitForPosition(run, 'FFFFFFFF/FFFFFFFF', { timeoutMs: 0 })).toBe(false)
    return rows[0]?.alone
  }
  const outside = await isAlone()
  await client.query('begin')
  expect([outside, await isAlone(), await isAlone()]).toEqual([true, false, false])
  await client.query('rollback')
  client.release()
  await pool.end()
})

describe('readAfter', () => {
  async function withPools(work: (pools: Record<'write' | 'read', pg.Pool>) => Promise<void>) {
    const { write, read } = secureReplication({ max: 1 }, database.settings)
    const pools = { write: new pg.Pool(write), read: new pg.Pool(read) }
    pools.read.on('error', () => {})
    await work(pools)
    // Every client was given back, and none is in a transaction.
    for (const pool of Object.values(pools)) {
      expect((await pool.query('select now() = statement_timestamp() as alone')).rows).toEqual([{ alone: true }])
    }
    await Promise.all([pools.write.end(), pools.read.end()])
  }
  const WHERE = 'select pg_is_in_recovery() as standby'

  test('a write, an error of the work, a wrong position → each is refused with its own error', () =>
    withPools(async (pools) => {
      const write = (client: pg.ClientBase) => client.query('update seen set number = 0')
      await expect(readAfter('0/0', pools, write)).rejects.toMatchObject({ code: '25006' })
      await expect(readAfter('0/0', { write: pools.write }, write)).rejects.toMatchObject({ code: '25006' })
      await expect(readAfter('0/0', pools, () => Promise.reject(new Error('of the work')))).rejects.toThrow(
        'of the work',
      )
      for (const some of [pools, { write: pools.write }]) {
        await expect(readAfter('latest', some, write)).rejects.toThrow(
          'position must be text as writePosition() gives it',
        )
      }
    }))

  test('the session is lost while it waits → the primary is read at once', () =>
    withPools(async (pools) => {
      const work = async (client: pg.ClientBase) => (await client.query(WHERE)).rows
      expect(await readAfter('0/0', pools, work)).toEqual([{ standby: true }])
      const began = performance.now()
      const reading = readAfter('FFFFFFFF/0', { ...pools, timeoutMs: 20_000 }, work)
      await Promise.all(database.cluster.standbys.map((standby) => standby.endSessions()))
      expect(await reading).toEqual([{ standby: false }])
      expect(performance.now() - began).toBeLessThan(10_000)
    }))
})

describe('replicas through pg', () => {
  test.each(REPLICA_CONTRACT)('$name', ({ run }) => run(open, database), 60_000)
})
