import { describe, expect, test } from 'vitest'
import { generations, type Sample, worstLag } from '../../src/rehearsal/sessions.ts'

const sample = (at: number, ...startedAt: readonly number[]): Sample => ({
  at,
  sessions: startedAt.map((started) => ({ user: 'app', startedAt: started })),
})

describe('worstLag', () => {
  test('one rotation → until the first session with the new secret, and the end of the last with the old one', () => {
    const samples = [sample(1000, 100, 200), sample(1100, 200, 1040), sample(1200, 1040, 1150)]
    expect(worstLag(samples, [{ at: 1000 }])).toEqual({ firstMs: 40, lastMs: 200 })
  })

  test('several rotations → the worst', () => {
    const samples = [sample(1000, 100), sample(1100, 1010), sample(2000, 1010), sample(2500, 2400)]
    expect(worstLag(samples, [{ at: 1000 }, { at: 2000 }])).toEqual({ firstMs: 400, lastMs: 500 })
  })

  test('a session with a later secret → counts as new', () => {
    const samples = [sample(1000, 100), sample(1900, 100), sample(2100, 2050)]
    expect(worstLag(samples, [{ at: 1000 }, { at: 2000 }])).toEqual({ firstMs: 1050, lastMs: 1100 })
  })

  test('a session with the old secret stays → lastMs null', () => {
    expect(worstLag([sample(1000, 100), sample(9000, 100, 1200)], [{ at: 1000 }])).toEqual({
      firstMs: 200,
      lastMs: null,
    })
  })

  test('the user changes → compared by user; a session of a dropped role is old', () => {
    const sessions = [
      { user: null, startedAt: 1500 },
      { user: 'second', startedAt: 1300 },
    ]
    const samples = [{ at: 1600, sessions }]
    expect(worstLag(samples, [{ at: 1000, user: 'second' }])).toEqual({ firstMs: 300, lastMs: null })
    expect(generations({ at: 1600, sessions }, [{ at: 1000, user: 'second' }])).toEqual({ present: 1, earlier: 1 })
  })

  test('no rotation → null', () => {
    expect(worstLag([sample(1000, 100)], [])).toBe(null)
    expect(generations(sample(1000, 100), [])).toEqual({ present: 1, earlier: 0 })
  })
})
