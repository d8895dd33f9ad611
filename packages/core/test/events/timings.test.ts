import { afterEach, describe, expect, test } from 'vitest'
import { countTimings, flushTimings, isTimed, onPoolTiming, PoolTimer } from '../../src/events/timings.ts'

const stops: (() => void)[] = []
afterEach(() => {
  for (const stop of stops.splice(0)) stop()
})

const ORDERS = 'db.example:5432/orders'
const orders = new PoolTimer({ name: ORDERS, source: 'pg' })

/** Counts from now on, and returns the times by pool and kind; each list is what was handed over at once. */
function counted(): Record<string, (readonly number[])[]> {
  const given: Record<string, (readonly number[])[]> = {}
  const add = (pool: string, kind: string, times: readonly number[]) => {
    given[`${pool} ${kind}`] = [...(given[`${pool} ${kind}`] ?? []), times]
  }
  stops.push(countTimings({ add }))
  return given
}

describe('countTimings()', () => {
  test('two counters, one after the other → each has the times from its beginning to its end', () => {
    orders.tell('wait', 1)
    const first = counted()
    orders.tell('wait', 2)
    const second = counted()
    orders.tell('use', 3)
    stops.shift()?.()
    orders.tell('wait', 4)
    flushTimings()
    expect(first).toEqual({ [`${ORDERS} wait`]: [[2]], [`${ORDERS} use`]: [[3]] })
    expect(second).toEqual({ [`${ORDERS} wait`]: [[4]], [`${ORDERS} use`]: [[3]] })
    expect(isTimed()).toBe(true)
    stops.shift()?.()
    expect(isTimed()).toBe(false)
  })

  test('two pools → each time once, in the order in which it was measured', () => {
    const given = counted()
    const stock = new PoolTimer({ name: 'db.example:5432/stock', source: 'pg' })
    for (const ms of [1, 2]) orders.tell('wait', ms)
    stock.tell('wait', 3)
    flushTimings()
    flushTimings()
    expect(given).toEqual({ [`${ORDERS} wait`]: [[1, 2]], 'db.example:5432/stock wait': [[3]] })
  })

  test('a counter that reads nothing → a pool keeps 256 times and no more', () => {
    const given = counted()
    const times = Array.from({ length: 600 }, (_, ms) => ms)
    for (const ms of times) orders.tell('use', ms)
    expect(given).toEqual({ [`${ORDERS} use`]: [times.slice(0, 256), times.slice(256, 512)] })
    orders.flush()
    expect(given[`${ORDERS} use`]?.flat()).toEqual(times)
  })
})

test('onPoolTiming() beside a counter → each time at once', () => {
  const given = counted()
  const heard: object[] = []
  stops.push(onPoolTiming((timing) => heard.push(timing)))
  orders.tell('wait', 1)
  expect(heard).toEqual([{ pool: ORDERS, source: 'pg', kind: 'wait', ms: 1 }])
  stops.pop()?.()
  orders.tell('wait', 2)
  flushTimings()
  expect(heard.length).toBe(1)
  expect(given).toEqual({ [`${ORDERS} wait`]: [[1], [2]] })
})
