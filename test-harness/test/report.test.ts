import { describe, expect, test } from 'vitest'
import { conformanceReport } from '../src/report/report.ts'
import { renderTable } from '../src/report/table.ts'
import { defineAdapter } from '../src/suite/adapter.ts'
import type { CellResult } from '../src/suite/result.ts'
import type { World } from '../src/suite/run/world.ts'

const named = (name: string) =>
  defineAdapter({
    name,
    capabilities: {},
    connect: () => Promise.reject(new Error('not called')),
    refusalOf: () => ({ reason: 'unknown', message: '' }),
  })
const world = { server: 'PostgreSQL 18.4, embedded (npm)' } as World

const EQUAL: CellResult = {
  id: 'VF-MODE-001/good/require',
  requirement: 'VF-MODE-001',
  cell: 'sslmode=require, server takes both, the right root',
  expected: 'tls in 1 connection',
  actual: 'tls in 1 connection',
  verdict: 'equal',
  trace: ['SSLRequest ClientHello'],
}
const STRICTER: CellResult = {
  ...EQUAL,
  id: 'VF-MODE-001/wrong/prefer',
  cell: 'sslmode=prefer, server takes both, the root of another CA',
  expected: 'plain in 2 connections',
  actual: 'refused (verify) in 1 connection',
  verdict: 'stricter',
  because: 'verification-is-final',
}
const WEAKER: CellResult = { ...EQUAL, id: 'VF-MODE-004/good/require', requirement: 'VF-MODE-004', verdict: 'weaker' }
const RESULTS = [EQUAL, STRICTER, WEAKER]

describe('a report', () => {
  const report = conformanceReport({ adapter: named('a client'), world, results: RESULTS })

  test('names client, server and where the libpq column comes from, and counts the verdicts', () => {
    expect(report).toMatchObject({
      adapter: 'a client',
      server: 'PostgreSQL 18.4, embedded (npm)',
      libpq: 'truth table',
      counts: { equal: 1, stricter: 1, weaker: 1, different: 0, failed: 0, unsupported: 0 },
    })
  })

  test('survives JSON', () => {
    expect(JSON.parse(JSON.stringify(report))).toEqual(report)
  })

  test('shows what a live libpq did where one ran', () => {
    const live = [
      { ...STRICTER, actual: 'plain in 2 connections, live' },
      { ...EQUAL, verdict: 'unsupported' as const },
    ]
    const oracle = { adapter: named('libpq 18.4'), results: live }
    const compared = conformanceReport({ adapter: named('a client'), world, results: RESULTS, oracle })
    expect(compared.libpq).toBe('libpq 18.4')
    expect(compared.results.map(({ expected }) => expected)).toEqual([
      'tls in 1 connection',
      'plain in 2 connections, live',
      'tls in 1 connection',
    ])
  })
})

describe('its table', () => {
  const report = conformanceReport({ adapter: named('a client'), world, results: RESULTS })
  const text = renderTable(report).replaceAll(/\s+/g, ' ')

  test('begins with who was compared on what', () => {
    expect(text).toMatch(/^a client on PostgreSQL 18\.4, embedded \(npm\), compared with libpq \(truth table\)/)
  })

  test('has a row per requirement, worst verdict first', () => {
    expect(text).toMatch(/VF-MODE-001 │ Each sslmode makes its own attempts[^│]*│ 2 │ 1 stricter, 1 equal/)
    expect(text).toMatch(/VF-MODE-004 [^│]*│[^│]*│ 1 │ weaker/)
  })

  test('has libpq beside the client in each cell that is not equal, and leaves the equal ones out', () => {
    expect(text).toMatch(/VF-MODE-001\/wrong\/prefer │ plain in 2 connections │ refused \(verify\) in 1/)
    expect(text).not.toContain('VF-MODE-001/good/require')
    expect(renderTable(report, { cells: 'all' })).toContain('VF-MODE-001/good/require')
  })

  test('ends with the counts', () => {
    expect(text).toMatch(/3 cells: 1 weaker, 1 stricter, 1 equal$/)
  })

  test('has colours only where they are asked for', () => {
    expect(renderTable(report)).not.toContain('\u001b')
    expect(renderTable(report, { colour: true })).toContain('\u001b[31mweaker')
  })
})
