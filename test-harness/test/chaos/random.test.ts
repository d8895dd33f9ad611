import { expect, test } from 'vitest'
import { Random } from '../../src/chaos/random.ts'

const FAULTS = ['crash', 'restart', 'promotion', 'demotion', 'suspended']

test('random: the same seed → the same order and numbers; another seed → others', () => {
  const drawn = (seed: number) => {
    const random = new Random(seed)
    return [...random.shuffled(FAULTS), random.next()]
  }
  expect(drawn(7)).toEqual(drawn(7))
  expect(drawn(8)).not.toEqual(drawn(7))
})

test('random: shuffled → each item once, and each at each place in the end', () => {
  const random = new Random(1)
  const first = new Set<string>()
  for (let round = 0; round < 100; round++) {
    const shuffled = random.shuffled(FAULTS)
    expect(shuffled.toSorted()).toEqual(FAULTS.toSorted())
    first.add(shuffled[0] ?? '')
  }
  expect([...first].sort()).toEqual(FAULTS.toSorted())
})
