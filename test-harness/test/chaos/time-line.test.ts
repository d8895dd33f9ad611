import { expect, test } from 'vitest'
import { timeLineOf } from '../../src/chaos/time-line.ts'

const failure = { message: 'lost' }

test('time line: writes and events → counted in the steps in which they end', () => {
  const { steps, marks } = timeLineOf({
    began: 1000,
    writes: [
      { entry: 0, askedAt: 1010, at: 1020, waitMs: 2 },
      { entry: 1, askedAt: 1020, at: 1050, waitMs: 3 },
      { entry: 2, askedAt: 1060, at: 1330, waitMs: 240 },
      { entry: 3, askedAt: 1150, at: 1180, failure },
    ],
    events: [1210, 1220, 1310].map((at) => ({ at, text: 'verifull:tls reloaded' })),
    marks: [{ text: 'promotion', from: 1100, to: 1290 }],
  })
  expect(steps.map(({ done, failed, waiting }) => [done, failed, waiting])).toEqual([
    [2, 0, 1],
    [0, 1, 1],
    [0, 0, 1],
    [1, 0, 0],
  ])
  expect(steps[0]).toMatchObject({ medianMs: 30, longestMs: 30 })
  expect(steps[1]).toMatchObject({ medianMs: 0, longestMs: 0 })
  expect(marks).toEqual([
    { what: 'promotion', fromMs: 100, toMs: 290 },
    { what: 'verifull:tls reloaded', fromMs: 210, count: 2 },
    { what: 'verifull:tls reloaded', fromMs: 310 },
  ])
})

test('time line: no write → no step', () => {
  expect(timeLineOf({ began: 0, writes: [], events: [], marks: [] }).steps).toEqual([])
})
