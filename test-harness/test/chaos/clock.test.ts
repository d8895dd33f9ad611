import { afterEach, expect, test } from 'vitest'
import { shiftClock } from '../../src/chaos/clock.ts'

afterEach(() => shiftClock(0))

test('clock: set an hour ahead → Date in all its forms follows, and stays a Date', () => {
  const before = Date.now()
  shiftClock(3_600_000)
  const shifted = [Date.now(), Number(new Date(Date())), Date.parse(new Date().toISOString())]
  for (const ms of shifted) expect(Math.abs(ms - before - 3_600_000)).toBeLessThan(2000)
  expect(new Date()).toBeInstanceOf(Date)
  expect(new Date(5).getTime()).toBe(5)
  expect(Date.UTC(1970, 0, 1)).toBe(0)
})

test('clock: set back → the time of the machine', () => {
  const before = Date.now()
  shiftClock(-3_600_000)
  expect(Date.now()).toBeLessThan(before)
  shiftClock(0)
  expect(Date.now()).toBeGreaterThanOrEqual(before)
})
