import { after, test } from 'node:test'
import { runSuite, startWorld } from '@verifull/test-harness'
import { adapter } from './adapter.js'

const world = await startWorld()
after(() => world.stop())

runSuite({ adapter, world, test, requirements: ['VF-NAME-001', 'VF-NAME-003', 'VF-AUTH-002'] })
