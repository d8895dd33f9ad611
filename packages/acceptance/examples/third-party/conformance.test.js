import { after, test } from 'node:test'
import { runSuite, startWorld } from '@verifull/test-harness'
import { adapter } from './adapter.js'

const world = await startWorld()
after(() => world.stop())

runSuite({ adapter, world, test, requirements: ['VF-AUTH-002', 'VF-TIME-001'] })
