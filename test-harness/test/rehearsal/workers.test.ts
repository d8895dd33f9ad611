import { setTimeout as pause } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { Tally } from '../../src/rehearsal/tally.ts'
import { Workers } from '../../src/rehearsal/workers.ts'

/** A client that fails at the given operation. */
function failing(where: 'checkout' | 'query' | 'commit' | 'nowhere') {
  const fail = (place: typeof where) => {
    if (place === where) throw Object.assign(new Error(`no ${place} for "app" at 12345`), { code: '28P01' })
  }
  return {
    name: where,
    work: {
      open: async () => undefined,
      close: async () => undefined,
      async query() {
        fail('query')
        return []
      },
      async transaction(_: unknown, body: (inside: unknown) => Promise<void>) {
        await pause(10)
        fail('checkout')
        await body(undefined)
        fail('commit')
      },
    },
  }
}

async function worked(where: Parameters<typeof failing>[0]) {
  const tally = new Tally(Date.now())
  const workers = new Workers(failing(where).work, undefined, 2, tally)
  workers.setActive(2)
  await pause(100)
  await workers.stop()
  return tally.counts
}

test('workers: a connection fails → a failed checkout', async () => {
  const { checkouts, failedCheckouts, queries, errors } = await worked('checkout')
  expect(failedCheckouts).toBeGreaterThan(0)
  expect([failedCheckouts, queries]).toEqual([checkouts, 0])
  expect(errors).toEqual([{ message: '28P01 no checkout for "…" at …', count: checkouts }])
})

test.for(['query', 'commit'] as const)('workers: a %s fails → a failed query', async (where) => {
  const { checkouts, failedCheckouts, queries, failedQueries } = await worked(where)
  expect(checkouts).toBeGreaterThan(0)
  expect([failedCheckouts, queries, failedQueries]).toEqual([0, checkouts, checkouts])
})

test('workers: no failure → a query per checkout, and the longest wait', async () => {
  const { checkouts, failedCheckouts, queries, failedQueries, longestWaitMs, errors } = await worked('nowhere')
  expect(checkouts).toBeGreaterThan(0)
  expect({ failedCheckouts, queries, failedQueries, errors }).toEqual({
    failedCheckouts: 0,
    queries: checkouts,
    failedQueries: 0,
    errors: [],
  })
  expect(longestWaitMs).toBeGreaterThanOrEqual(9)
})
