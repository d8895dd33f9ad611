import { runSuite, startWorlds } from '@verifull/test-harness'
import { afterAll, describe, test } from 'vitest'
import { adapterOf } from './adapter.ts'
import { VERSIONS } from './versions.ts'

const worlds = await startWorlds([18, 15])
afterAll(() => Promise.all(worlds.map((world) => world.stop())))

for (const world of worlds) {
  for (const adapter of VERSIONS.map(adapterOf)) {
    describe(`${adapter.name} on ${world.server}`, () => runSuite({ adapter, world, test }))
  }
}
