import { afterEach, describe, expect, test } from 'vitest'
import { TimeSeries } from '../../src/events/time-series.ts'
import { countTimings, PoolTimer } from '../../src/events/timings.ts'

const stops: (() => void)[] = []
afterEach(() => {
  for (const stop of stops.splice(0)) stop()
})

const orders = new PoolTimer({ name: 'db.example:5432/orders', source: 'pg' })

/** Counts from now on; both kinds go to one series. */
function counted(): TimeSeries {
  const series = new TimeSeries([0.001])
  stops.push(countTimings({ add: (pool, _kind, times) => series.add(pool, times) }))
  return series
}

function numbersOf(series: TimeSeries): Record<string, readonly number[]> {
  return Object.fromEntries(series.entries().map(([name, { counts }]) => [name, counts]))
}

describe('times of a pool that goes on', () => {
  test.each([
    ['clear()', (series: TimeSeries) => series.clear()],
    ['delete()', (series: TimeSeries) => series.delete('db.example:5432/orders')],
  ])('%s → its series has the times from then on', (_, end) => {
    const series = counted()
    orders.tell('wait', 1)
    end(series)
    expect(numbersOf(series)).toEqual({})
    orders.tell('wait', 2)
    expect(numbersOf(series)).toEqual({ 'db.example:5432/orders': [0, 1] })
  })

  test('a series of another name ends → nothing of it is lost', () => {
    const series = counted()
    new PoolTimer({ name: 'db.example:5432/stock', source: 'pg' }).tell('wait', 1)
    orders.tell('wait', 1)
    series.delete('db.example:5432/stock')
    orders.tell('wait', 1)
    expect(numbersOf(series)).toEqual({ 'db.example:5432/orders': [2, 0] })
  })
})
