import { runSuite, startWorld } from '@verifull/test-harness'
import { afterAll, describe, test } from 'vitest'
import { clientAdapter, poolAdapter } from './adapter.ts'

const newest = await startWorld({ major: 18 })
const oldest = await startWorld({ major: 15 })
afterAll(() => Promise.all([newest.stop(), oldest.stop()]))

describe(`${poolAdapter.name} on ${newest.server}`, () => runSuite({ adapter: poolAdapter, world: newest, test }))
describe(`${poolAdapter.name} on ${oldest.server}`, () => runSuite({ adapter: poolAdapter, world: oldest, test }))
describe(`${clientAdapter.name} on ${newest.server}`, () => runSuite({ adapter: clientAdapter, world: newest, test }))
