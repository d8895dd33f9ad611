import { type Adapter, runSuite, startWorlds } from '@verifull/test-harness'
import { afterAll, describe, test } from 'vitest'
import { adapterOf } from './adapter.ts'
import { VERSIONS } from './versions.ts'

const worlds = await startWorlds([18, 15])
afterAll(() => Promise.all(worlds.map((world) => world.stop())))

const [newest, older] = VERSIONS.map(adapterOf) as [Adapter, Adapter]
describe.each(worlds)(`${newest.name} on $server`, (world) => runSuite({ adapter: newest, world, test }))
// Differences between versions of the library do not depend on the server's.
describe.each(worlds.slice(0, 1))(`${older.name} on $server`, (world) => runSuite({ adapter: older, world, test }))
