import { connect, type Socket } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ChaosCluster, startChaosCluster } from '../../src/chaos/cluster.ts'
import { SOAK_FAULTS } from '../../src/chaos/faults.ts'
import { inThisProcess } from '../../src/chaos/in-this-process.ts'
import { soak } from '../../src/chaos/soak.ts'
import { complaintsOf } from '../../src/chaos/soak-run.ts'
import type { RehearsalAdapter } from '../../src/rehearsal/workers.ts'

let site: ChaosCluster
beforeAll(async () => {
  site = await startChaosCluster()
})
afterAll(() => site?.stop())

/** Sockets that the client forgets. */
const forgotten: Socket[] = []
afterAll(() => {
  for (const socket of forgotten) socket.destroy()
})

let inserted = 0
/** A client that inserts every tenth row twice and forgets a socket then, and fails at every twentieth. */
const POOR: RehearsalAdapter = {
  name: 'poor client',
  work: {
    open: async () => undefined,
    close: async () => {},
    async query(_on, sql) {
      const { primary } = site.cluster
      const rows = await primary.sql(sql, 'app')
      if (!sql.startsWith('insert') || ++inserted % 10 !== 0) return rows
      await primary.sql(sql, 'app')
      forgotten.push(connect(primary.port).on('error', () => {}))
      if (inserted % 20 === 0) throw new Error('a mistake of its own')
      return rows
    },
    transaction: (_handle, body) => body(undefined),
  },
}

test('soak: a client with mistakes → each is found', { timeout: 60_000 }, async () => {
  const run = await soak({
    clients: [inThisProcess(POOR)],
    faults: SOAK_FAULTS.filter(({ id }) => id === 'sessions-killed'),
    site,
    durationMs: 4000,
    seed: 1,
    connections: 2,
  })
  expect(run.lost).toBe(0)
  expect(complaintsOf(run)).toEqual(
    [
      /^\d+ writes are doubled$/,
      /^poor client: no fault explains \d+ × a mistake of its own$/,
      /^poor client: handles grow by \d+$/,
      /^poor client: sockets grow by \d+$/,
    ].map((text) => expect.stringMatching(text)),
  )
})
