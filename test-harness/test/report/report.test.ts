import { describe, expect, test } from 'vitest'
import { mergeReports } from '../../src/report/merge.ts'
import { parseReport } from '../../src/report/parse.ts'
import { conformanceReport } from '../../src/report/report.ts'
import { renderTable } from '../../src/report/table.ts'
import { EQUAL, named, STRICTER, serverOf, WEAKER } from './results.ts'

const NEWEST = serverOf('PostgreSQL 18.4, embedded (npm)')
const OLDEST = serverOf('PostgreSQL 15.18, embedded (npm)')
const RESULTS = [EQUAL, STRICTER, WEAKER]
const report = conformanceReport({ adapter: named('a client'), world: NEWEST, results: RESULTS })

describe('conformanceReport', () => {
  test('one run → format, client, server, source of the libpq column, and counts of verdicts', () => {
    expect(report).toMatchObject({
      format: 'verifull-conformance/1',
      created: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      requirements: [{ id: 'VF-MODE-001', level: 'MUST' }, { id: 'VF-MODE-004' }],
      runs: [
        {
          adapter: 'a client',
          server: 'PostgreSQL 18.4, embedded (npm)',
          libpq: 'truth table',
          counts: { equal: 1, stricter: 1, weaker: 1, different: 0, failed: 0, unsupported: 0 },
        },
      ],
    })
  })

  test('JSON and back → the same', () => {
    expect(parseReport(JSON.stringify(report))).toEqual(report)
  })

  test.for(['', 'nonsense', 'null', '[]', '{"format":"verifull-conformance/2","runs":[],"requirements":[]}'])(
    'parseReport: %j → refused',
    (text) => {
      expect(() => parseReport(text)).toThrow(
        'this is not a conformance report of format verifull-conformance/1; write one with --json',
      )
    },
  )

  test('with an oracle → the outcomes of the live libpq', () => {
    const live = [
      { ...STRICTER, actual: 'plain in 2 connections, live' },
      { ...EQUAL, verdict: 'unsupported' as const },
    ]
    const oracle = { adapter: named('libpq 18.4'), results: live }
    const { runs } = conformanceReport({ adapter: named('a client'), world: NEWEST, results: RESULTS, oracle })
    expect(runs[0]?.libpq).toBe('libpq 18.4')
    expect(runs[0]?.results.map(({ expected }) => expected)).toEqual([
      'tls in 1 connection',
      'plain in 2 connections, live',
      'refused (no-tls) in 1 connection',
    ])
  })
})

test('very many events → the first and the last', () => {
  const events = Array.from({ length: 1000 }, (_, at) => ({ by: 'client', text: `connection ${at + 1}` }) as const)
  const { runs } = conformanceReport({ adapter: named('a client'), world: NEWEST, results: [{ ...EQUAL, events }] })
  expect(runs[0]?.results[0]?.events.slice(29, 32).map(({ text }) => text)).toEqual([
    'connection 30',
    '960 more events are left out here',
    'connection 991',
  ])
  expect(runs[0]?.results[0]?.events).toHaveLength(41)
})

describe('mergeReports', () => {
  test('other adapters and servers → further runs', () => {
    const other = conformanceReport({ adapter: named('another'), world: NEWEST, results: [EQUAL] })
    const older = conformanceReport({ adapter: named('a client'), world: OLDEST, results: [EQUAL] })
    const { runs, requirements } = mergeReports([report, other, older])
    expect(runs.map(({ adapter, server }) => `${adapter} on ${server}`)).toEqual([
      'a client on PostgreSQL 18.4, embedded (npm)',
      'another on PostgreSQL 18.4, embedded (npm)',
      'a client on PostgreSQL 15.18, embedded (npm)',
    ])
    expect(requirements.map(({ id }) => id)).toEqual(['VF-MODE-001', 'VF-MODE-004'])
  })

  test('the same adapter on the same server → united, the later result of a cell wins', () => {
    const mended = { ...WEAKER, actual: WEAKER.expected, verdict: 'equal' as const }
    const first = conformanceReport({ adapter: named('a client'), world: NEWEST, results: [WEAKER] })
    const second = conformanceReport({ adapter: named('a client'), world: NEWEST, results: [EQUAL, mended] })
    const { runs, requirements } = mergeReports([first, second])
    expect(runs).toMatchObject([{ results: [mended, EQUAL], counts: { equal: 2, weaker: 0 } }])
    expect(requirements.map(({ id }) => id)).toEqual(['VF-MODE-001', 'VF-MODE-004'])
  })
})

describe('renderTable, one run', () => {
  const text = renderTable(report).replaceAll(/\s+/g, ' ')

  test('first lines → client and server', () => {
    expect(text).toMatch(/^a client on PostgreSQL 18\.4, embedded \(npm\), compared with libpq \(truth table\)/)
  })

  test('requirements → a row each, worst verdict first', () => {
    expect(text).toMatch(/VF-MODE-001 │ Each sslmode makes its own attempts[^│]*│ 2 │ 1 stricter, 1 equal/)
    expect(text).toMatch(/VF-MODE-004 [^│]*│[^│]*│ 1 │ weaker/)
  })

  test('cells → those that are not equal, with libpq’s outcome', () => {
    expect(text).toMatch(/VF-MODE-001\/wrong\/prefer │ plain in 2 connections │ refused \(verify\) in 1/)
    expect(text).not.toContain('VF-MODE-001/good/require')
    expect(renderTable(report, { cells: 'all' })).toContain('VF-MODE-001/good/require')
  })

  test('last line → the counts', () => {
    expect(text).toMatch(/3 cells: 1 weaker, 1 stricter, 1 equal$/)
  })

  test('colours → only on request', () => {
    expect(renderTable(report)).not.toContain('\u001b')
    expect(renderTable(report, { colour: true })).toContain('\u001b[31mweaker')
  })
})

describe('renderTable, several runs', () => {
  const older = conformanceReport({ adapter: named('a client'), world: OLDEST, results: [EQUAL] })
  const text = renderTable(mergeReports([report, older]))
  const plain = text.replaceAll(/\s+/g, ' ')

  test('runs → a column each, empty without a cell', () => {
    expect(plain).toMatch(/│ a client │ a client │/)
    expect(plain).toMatch(/VF-MODE-001 │ Each sslmode makes its own attempts, │ 1 stricter, 1 equal │ equal/)
    expect(plain).toMatch(/VF-MODE-004 │ [^│]*│ weaker │ │/)
  })

  test('cells → below the name of their run, with counts per run', () => {
    expect(text).toContain('\na client on PostgreSQL 18.4, embedded (npm):\n┌')
    expect(plain).toMatch(/npm\): 3 cells: 1 weaker, 1 stricter, 1 equal a client on [^:]*: 1 cell: 1 equal$/)
  })
})
