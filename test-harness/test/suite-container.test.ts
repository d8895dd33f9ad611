import { afterAll, describe, expect, test } from 'vitest'
import { libpqOracle } from '../src/oracle/libpq.ts'
import { startWorlds } from '../src/suite/run/worlds.ts'
import { runSuite } from '../src/suite/run.ts'

// libpq has the same outcomes in front of containers as in front of embedded servers.
const adapter = await libpqOracle({ via: 'library' })
const worlds = await startWorlds([18, 15], 'container')
afterAll(async () => {
  await Promise.all([adapter.close(), ...worlds.map((world) => world.stop())])
})

describe.each(worlds)(`${adapter.name} on $server`, (world) => runSuite({ adapter, world, test }))

test('description of every server → its container image', () => {
  for (const { server, major } of worlds) {
    expect(server).toMatch(new RegExp(`^PostgreSQL ${major}\\.\\d+, container of .*${major}`))
  }
})
