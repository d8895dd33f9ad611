import { expect, test } from 'vitest'
import { renderChaos } from '../../src/report/chaos-table.ts'
import { HARMED, HARMLESS } from '../chaos/runs.ts'

const report = { created: '2026-11-28T12:00:00.000Z', server: 'PostgreSQL 18.4', runs: [HARMLESS, HARMED], skipped: [] }

test('chaos table: runs → a row each, and the most frequent error below', () => {
  const text = renderChaos(report)
  expect(text).toMatch(/\npromotion: the primary crashes\n/)
  expect(text).toMatch(/✓ good client +0 +3 +0, 0 +0 +0 +250 ms +1.1 s/)
  expect(text).toMatch(/✗ poor client +2 \(\+ 4 by +3 +.* never +/)
  expect(text.split('\n').slice(-2)).toEqual(['  good client: 4 × 57P01 ended', '1 of 2 runs without harm'])
  expect(text.split('\n').filter((line) => line.length > 80)).toEqual([])
})

test('chaos table: errors that the fault does not explain → their number', () => {
  expect(renderChaos({ ...report, runs: [{ ...HARMED, unexplained: 2 }] })).toContain(
    '\n  poor client: the fault does not explain 2 of its errors\n',
  )
})

test('chaos table: a baseline → not counted', () => {
  expect(renderChaos(report, { baseline: ['poor client'] })).toMatch(
    /\n1 of 1 run without harm; not counted: "poor client"$/,
  )
})

test('chaos table: a fault that was not given → named with its reason', () => {
  const skipped = [{ fault: 'disk-full', reason: 'it takes root' }]
  expect(renderChaos({ ...report, skipped })).toContain('\n  disk-full: not given; it takes root\n')
})

test('chaos table: time lines → a row per step, with begin and end of the fault and events', () => {
  const rows = renderTimeLines()
  expect(rows.find((row) => row.startsWith('│ 0.1 s'))).toMatch(
    /│ 2 +│ 14 +│ 10 +│ 4 ms +│ 9 ms +│ begins: the primary crashes/,
  )
  expect(rows.find((row) => row.startsWith('│ 0.2 s'))).toMatch(/│ ends; 3 × verifull:credentials refused/)
})

function renderTimeLines(): readonly string[] {
  return renderChaos({ ...report, runs: [HARMED] }, { timeLines: true }).split('\n')
}
