import { runSuite, startWorlds } from '@verifull/test-harness'
import { afterAll, describe, test } from 'vitest'
import { adapterOf } from './adapter.ts'
import { NEWEST, OLDEST } from './versions.ts'

const worlds = await startWorlds([18, 15])
afterAll(() => Promise.all(worlds.map((world) => world.stop())))

const adapter = adapterOf(NEWEST)
describe.each(worlds)(`${adapter.name} on $server`, (world) => runSuite({ adapter, world, test }))

const older = adapterOf(OLDEST)
describe.each(worlds.slice(0, 1))(`${older.name} on $server`, (world) => runSuite({ adapter: older, world, test }))
