import { runSuite, startWorlds } from '@verifull/test-harness'
import { afterAll, describe, expect, test } from 'vitest'
import { allLibraries, NEWER_NODE, newEnough } from './libraries.ts'
import { adapterOf } from './library.ts'
import { touchedBy } from './touched.ts'

const { libraries, remove } = await allLibraries()
const worlds = await startWorlds([18])
afterAll(async () => {
  await Promise.all(worlds.map((world) => world.stop()))
  await remove()
})

const EVERYWHERE = [
  'Drizzle 0.45',
  'Kysely 0.28',
  'pg-promise 12',
  'MikroORM 6',
  'Prisma 7',
  'pg-boss 10',
  'connect-pg-simple 10',
]
const NEWEST = ['Kysely 0.29', 'MikroORM 7', 'pg-boss 12']

test(`${NEWEST.join(', ')} need Node ${NEWER_NODE}: ${newEnough ? 'tested' : 'NOT TESTED'} on Node ${process.version}`, () => {
  expect(libraries.map(({ name }) => name)).toEqual([...EVERYWHERE, ...(newEnough ? NEWEST : [])])
})

for (const world of worlds) {
  for (const library of libraries) {
    const adapter = adapterOf(library)
    describe(`${adapter.name} on ${world.server}`, () => runSuite({ adapter, world, test, only: touchedBy(library) }))
  }
}
