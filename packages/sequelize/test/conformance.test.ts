import { runSuite, startWorlds } from '@verifull/test-harness'
import { afterAll, describe, test } from 'vitest'
import { adapters } from './adapter.ts'

const worlds = await startWorlds([18, 15])
afterAll(() => Promise.all(worlds.map((world) => world.stop())))

for (const world of worlds) {
  for (const adapter of adapters) {
    describe(`${adapter.name} on ${world.server}`, () => runSuite({ adapter, world, test }))
  }
}
