import { runSuite, startWorlds } from '@verifull/test-harness'
import { afterAll, describe, expect, test } from 'vitest'
import { allContenders, NEWER_NODE, newEnough } from './contenders.ts'

const { contenders, remove } = await allContenders()
const worlds = await startWorlds([18])
afterAll(async () => {
  await Promise.all(worlds.map((world) => world.stop()))
  await remove()
})

test(`what needs Node ${NEWER_NODE} is ${newEnough ? 'tested' : 'NOT TESTED'} on Node ${process.version}`, () => {
  const tested = contenders.map(({ adapter }) => adapter.name.replace(' through @verifull/pg', ''))
  const always = [
    'Drizzle 0.45',
    'Kysely 0.28',
    'pg-promise 12',
    'MikroORM 6',
    'Prisma 7',
    'pg-boss 10',
    'connect-pg-simple 10',
  ]
  expect(tested).toEqual(newEnough ? [...always, 'Kysely 0.29', 'MikroORM 7', 'pg-boss 12'] : always)
})

for (const world of worlds) {
  for (const { adapter, ...chosen } of contenders) {
    describe(`${adapter.name} on ${world.server}`, () => runSuite({ adapter, world, test, ...chosen }))
  }
}
