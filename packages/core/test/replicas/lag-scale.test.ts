import { expect, test } from 'vitest'
import { LagScale, positionOf } from '../../src/replicas/lag-scale.ts'

test.each<[string, bigint | undefined]>([
  ['0/0', 0n],
  ['16/B374D848', 0x16b374d848n],
  ['FFFFFFFF/FFFFFFFF', 2n ** 64n - 1n],
  ['', undefined],
  ['16/', undefined],
  ["0/1'; drop table seen --", undefined],
  ['0/1\n', undefined],
  ['1FFFFFFFF/0', undefined],
])('positionOf: %o → %o', (text, position) => {
  expect(positionOf(text)).toBe(position)
})

/** The scale of a primary that was at these positions, one each 100 ms. */
function scaleOf(...positions: readonly bigint[]): LagScale {
  const scale = new LagScale(1000)
  for (const [index, position] of positions.entries()) scale.note(position, index * 100)
  return scale
}

test.each<[string, readonly bigint[], bigint, number]>([
  ['a replica that has everything', [1n, 2n, 3n], 3n, 0],
  ['a replica that is ahead of the last sample', [1n, 2n, 3n], 9n, 0],
  ['an idle primary', [3n, 3n, 3n], 3n, 0],
  ['two samples behind', [1n, 2n, 3n], 1n, 200],
  ['between two samples', [10n, 20n, 30n], 19n, 200],
  ['behind all samples', [5n, 6n], 1n, Number.POSITIVE_INFINITY],
  ['a primary that was never seen', [], 1n, Number.POSITIVE_INFINITY],
  ['another primary, which is not as far', [50n, 60n, 7n], 7n, 0],
])('behindMs: %s → the time since the latest sample that it has', (_what, positions, replayed, behind) => {
  expect(scaleOf(...positions).behindMs(replayed)).toBe(behind)
})

test('behindMs: a lag beyond the span → infinite, as the sample is forgotten', () => {
  const scale = new LagScale(1000)
  for (let at = 0; at <= 5000; at += 100) scale.note(BigInt(at), at)
  expect([scale.behindMs(4500n), scale.behindMs(1000n)]).toEqual([500, Number.POSITIVE_INFINITY])
})
