import { afterAll, describe, expect, test } from 'vitest'
import { libpqOracle } from '../src/oracle/libpq.ts'
import { startWorlds } from '../src/suite/run/worlds.ts'
import { runSuite } from '../src/suite/run.ts'

// The cells say of containers what they say of the embedded servers: libpq is the same in front of both.
const adapter = await libpqOracle({ via: 'library' })
const worlds = await startWorlds([18, 15], 'container')
afterAll(async () => {
  await Promise.all([adapter.close(), ...worlds.map((world) => world.stop())])
})

describe.each(worlds)(`${adapter.name} on $server`, (world) => runSuite({ adapter, world, test }))

test('every server is in a container, and says of which image', () => {
  for (const { server, major } of worlds) {
    expect(server).toMatch(new RegExp(`^PostgreSQL ${major}\\.\\d+, container of .*${major}`))
  }
})
