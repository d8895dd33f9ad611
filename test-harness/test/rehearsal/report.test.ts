import { describe, expect, test } from 'vitest'
import { mergeReports } from '../../src/report/merge.ts'
import { parseReport } from '../../src/report/parse.ts'
import { rehearsalReport } from '../../src/report/rehearsal-report.ts'
import { renderRehearsals } from '../../src/report/rehearsal-table.ts'
import { small } from '../report/pages.ts'
import { FAILING, FLAWLESS } from './runs.ts'

describe('report of rehearsals', () => {
  test('renderRehearsals → a table per kind, with the failures below', () => {
    const lines = renderRehearsals([FLAWLESS, FAILING]).split('\n')
    expect(lines[0]).toBe(
      'AWS single user, window of 50 ms (5 connections, 1 rotations; PostgreSQL 18.4, embedded (npm))',
    )
    const cells = (start: string) =>
      lines
        .find((line) => line.includes(start))
        ?.split('│')
        .map((cell) => cell.trim())
        .filter(Boolean)
    expect(cells('✓ good')).toEqual(['✓ good client', '64', '0', '64', '0', '420 ms', '3', '4', '180 ms', '1.2 s', '0'])
    expect(cells('✗ poor')).toEqual(['✗ poor client', '64', '14', '50', '0', '420 ms', '3', '4', 'never', 'never', '0'])
    expect(lines.slice(-3)).toEqual([
      '  poor client: 14 × 28P01 password authentication failed for user "…"',
      '',
      '1 of 2 rehearsals without a failure',
    ])
  })

  test('JSON and back, merged with the suite’s results → both', () => {
    const report = parseReport(JSON.stringify(rehearsalReport([FLAWLESS])))
    expect(report.rehearsals).toEqual([FLAWLESS])
    const merged = mergeReports([small, report, rehearsalReport([FAILING])])
    expect(merged.runs).toEqual(small.runs)
    expect(merged.rehearsals).toEqual([FLAWLESS, FAILING])
  })

  test('merged, the same client twice → the later rehearsal', () => {
    const later = { ...FLAWLESS, checkouts: 65 }
    expect(mergeReports([rehearsalReport([FLAWLESS]), rehearsalReport([later])]).rehearsals).toEqual([later])
    expect('rehearsals' in mergeReports([small])).toBe(false)
  })
})
