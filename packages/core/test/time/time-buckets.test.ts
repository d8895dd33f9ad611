import { expect, test } from 'vitest'
import { TimeBuckets } from '../../src/time/time-buckets.ts'

test.each([
  [0, [1, 0, 0]],
  [1, [1, 0, 0]],
  [1.1, [0, 1, 0]],
  [500, [0, 1, 0]],
  [500.01, [0, 0, 1]],
  [3_600_000, [0, 0, 1]],
])('time buckets up to 1 ms and 0.5 s: %s ms → %j', (milliseconds, counts) => {
  const buckets = new TimeBuckets([0.001, 0.5])
  buckets.add(milliseconds)
  expect(buckets.counts).toEqual(counts)
  expect(buckets.sum).toBe(milliseconds / 1000)
})
