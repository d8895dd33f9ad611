import os from 'node:os'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Expiry } from '../../src/time/expiry.ts'
import { suspend } from './clocks.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => {
  vi.restoreAllMocks()
  vi.useRealTimers()
})

test('expiry: an end → reached when its time has passed, not before', () => {
  const end = new Expiry(1000)
  vi.advanceTimersByTime(999)
  expect([end.hasCome, end.leftMs]).toEqual([false, 1])
  vi.advanceTimersByTime(1)
  expect([end.hasCome, end.leftMs]).toEqual([true, 0])
})

test.each([-1e9, 1e9])('the wall clock set by %i ms → changes nothing', (milliseconds) => {
  const end = new Expiry(1000)
  vi.setSystemTime(Date.now() + milliseconds)
  expect(end.leftMs).toBe(1000)
})

test('a suspended machine → the end has come when it wakes up', () => {
  const end = new Expiry(60_000)
  const far = new Expiry(3_600_000)
  suspend(120_000)
  expect([end.hasCome, far.hasCome]).toEqual([true, false])
})

test('a system that does not tell its uptime → the other clock is enough', () => {
  vi.spyOn(os, 'uptime').mockImplementation(() => {
    throw new Error('no /proc')
  })
  const end = new Expiry(1000)
  expect(end.hasCome).toBe(false)
  vi.advanceTimersByTime(1000)
  expect(end.hasCome).toBe(true)
})

test('expiry: no end → never reached', () => {
  const end = new Expiry(Number.POSITIVE_INFINITY)
  suspend(1e12)
  expect([end.hasCome, end.leftMs]).toEqual([false, Number.POSITIVE_INFINITY])
})
