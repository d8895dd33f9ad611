import { expect, test } from 'vitest'
import { renderChaos } from '../../src/report/chaos-table.ts'

test('chaos table: runs → a row each, and the most frequent error below', () => {
  const run = {
    fault: 'promotion',
    client: 'one',
    failedCheckouts: 2,
    failedWrites: 3,
    firstWriteMs: 250,
    longestWaitMs: 1100,
    errors: { 'ECONNRESET read': 1, '57P01 ended': 4 },
    acknowledged: 500,
    lost: 0,
    doubled: 0,
    unknownKept: 1,
  }
  const text = renderChaos([run, { ...run, client: 'two', firstWriteMs: null, errors: {} }])
  expect(text).toMatch(/promotion +│ one +│ 2 +│ 3 +│ 0 +│ 0 +│ 1 +│ 250 ms +│ 1100 ms/)
  expect(text).toMatch(/two .*│ never +│/)
  expect(text.split('\n').slice(-1)).toEqual(['  promotion, one: 4 × 57P01 ended'])
})
