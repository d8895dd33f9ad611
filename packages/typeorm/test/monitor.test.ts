import { startDatabase } from '@verifull/test-harness'
import { monitor, secureConfig } from '@verifull/typeorm'
import { afterAll, describe, expect, test } from 'vitest'
import { VERSIONS } from './versions.ts'

const database = await startDatabase()
afterAll(() => database.stop())

describe.each(VERSIONS)('$name', ({ typeorm }) => {
  const { port } = database.server
  const sourceOf = (replicaPort: number) =>
    new typeorm.DataSource(
      secureConfig(
        { poolSize: 1, extra: { connectionTimeoutMillis: 5000 } },
        { ...database.settings, replicas: [{ host: 'localhost', port: replicaPort }] },
      ),
    )

  test('monitor: before initialize(), with a replica, after destroy() → no pool, both with their roles, no pool', async () => {
    const source = sourceOf(port)
    const watching = monitor(source)
    expect(watching.stats().pools).toEqual([])
    const before = await watching.health()
    expect([before.status, before.reasons]).toEqual(['down', [expect.stringContaining('there is no pool')]])
    await source.initialize()
    const { status, pools } = await watching.health({ deadlineMs: 5000 })
    expect([status, pools.map(({ role, state }) => `${role} ${state}`)]).toEqual([
      'ready',
      ['primary ready', 'replica ready'],
    ])
    expect(watching.names).toEqual(watching.stats().pools.map(({ name }) => name))
    expect(new Set(watching.names).size).toBe(2)
    await source.destroy()
    expect(watching.stats().pools).toEqual([])
    expect((await watching.health()).status).toBe('down')
    watching.close()
  })

  test('monitor: the replica is away, reads go to the primary → degraded, with the server that is away', async () => {
    const source = await sourceOf(1).initialize()
    const watching = monitor(source)
    const { status, reasons } = await watching.health({ deadlineMs: 5000 })
    expect([status, reasons]).toEqual([
      'degraded',
      [expect.stringMatching(/^localhost:1 \(.*\) cannot be connected to: ECONNREFUSED$/)],
    ])
    watching.close()
    await source.destroy()
  })
})
