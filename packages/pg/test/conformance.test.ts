import { runSuite, startWorlds } from '@verifull/test-harness'
import { afterAll, describe, test } from 'vitest'
import { clientAdapter, poolAdapter } from './adapter.ts'

const worlds = await startWorlds([18, 15])
afterAll(() => Promise.all(worlds.map((world) => world.stop())))

describe.each(worlds)('on $server', (world) => {
  for (const adapter of [poolAdapter, clientAdapter]) {
    describe(adapter.name, () => runSuite({ adapter, world, test }))
  }
})
