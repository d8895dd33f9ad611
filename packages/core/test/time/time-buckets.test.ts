import { expect, test } from 'vitest'
import { TimeBuckets } from '../../src/time/time-buckets.ts'

test.each([
  [0, [1, 0, 0]],
  [0.001, [1, 0, 0]],
  [0.0011, [0, 1, 0]],
  [0.5, [0, 1, 0]],
  [0.50001, [0, 0, 1]],
  [3600, [0, 0, 1]],
])('time buckets up to 1 ms and 0.5 s: %s s → %j', (seconds, counts) => {
  const buckets = new TimeBuckets([0.001, 0.5])
  buckets.add(seconds)
  expect(buckets.counts).toEqual(counts)
  expect(buckets.sum).toBe(seconds)
})
