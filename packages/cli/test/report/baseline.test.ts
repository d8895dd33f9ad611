import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { afterAll, expect, test } from 'vitest'
import type { Baseline, BaselineEntry } from '../../src/report/baseline.ts'
import { deliver, type ReportOptions } from '../../src/report/deliver.ts'
import type { ReportedFinding } from '../../src/report/report.ts'
import { UsageError } from '../../src/usage-error.ts'

const folder = mkdtempSync(join(tmpdir(), 'verifull-baseline-'))
afterAll(() => rmSync(folder, { recursive: true }))

const FOUND: ReportedFinding = {
  rule: 'verification-off',
  severity: 'refuse',
  what: 'rejectUnauthorized: false',
  fix: 'remove it',
  location: { file: 'db.ts', line: 3 },
}

function judged(findings: readonly ReportedFinding[], options: Partial<ReportOptions>) {
  const stdout = new PassThrough()
  const code = deliver(
    { command: 'scan', findings, unchecked: [], facts: {}, text: () => [] },
    { format: 'json', failOn: 'warn', ...options },
    {
      stdin: new PassThrough(),
      stdout,
      stderr: new PassThrough(),
      folder,
      environment: {},
      columns: 80,
      colour: false,
      interactive: false,
      signal: new AbortController().signal,
    },
  )
  const report = JSON.parse(String(stdout.read()))
  const rules = report.findings.map(({ rule, severity }: ReportedFinding) => `${rule} ${severity}`)
  return { code, rules, accepted: report.accepted, entries: () => entriesOf(options.baseline ?? '') }
}

function entriesOf(file: string): readonly BaselineEntry[] {
  return (JSON.parse(readFileSync(join(folder, file), 'utf8')) as Baseline).entries
}

/** A baseline of FOUND with other properties. */
function baselineWith(changes: Partial<BaselineEntry>): string {
  rmSync(join(folder, 'made.json'), { force: true })
  judged([FOUND], { baseline: 'made.json', updateBaseline: true })
  const entries = entriesOf('made.json').map((entry) => ({ ...entry, ...changes }))
  writeFileSync(join(folder, 'made.json'), JSON.stringify({ version: 1, entries }))
  return 'made.json'
}

test('baseline: an entry with a reason before its last day → the finding is accepted, wherever its line is', () => {
  const baseline = baselineWith({ reason: 'a local mock', expires: '2999-01-01' })
  const { code, rules, accepted } = judged([{ ...FOUND, location: { file: 'db.ts', line: 90 } }], { baseline })
  expect(code).toBe(0)
  expect(rules).toEqual([])
  expect(accepted).toMatchObject([{ rule: 'verification-off', reason: 'a local mock' }])
})

test.each([
  ['without a reason', { reason: ' ' }, 'baseline-reason refuse'],
  ['past its last day', { reason: 'a mock', expires: '2020-02-29' }, 'baseline-expired refuse'],
])('baseline: an entry %s → accepts nothing, and is a finding as grave', (_, changes, rule) => {
  const { code, rules, accepted } = judged([FOUND], { baseline: baselineWith(changes) })
  expect(code).toBe(1)
  expect(rules).toEqual(['verification-off refuse', rule])
  expect(accepted).toEqual([])
})

test('baseline: an entry that matches nothing → a note', () => {
  const { code, rules } = judged([], { baseline: baselineWith({ reason: 'a mock' }) })
  expect(code).toBe(0)
  expect(rules).toEqual(['baseline-unmatched note'])
})

test('baseline: a second finding of the same kind in the same file → is not accepted by the entry of the first', () => {
  const { rules } = judged([FOUND, FOUND], { baseline: baselineWith({ reason: 'a mock' }) })
  expect(rules).toEqual(['verification-off refuse'])
})

test('baseline: --update-baseline → new entries wait for a reason, known ones keep theirs, others go', () => {
  const baseline = baselineWith({ reason: 'a mock', expires: '2999-01-01' })
  const other = { ...FOUND, what: 'another' }
  const { code, rules, entries } = judged([FOUND, other], { baseline, updateBaseline: true })
  expect(entries().map(({ what, reason }) => [what, reason])).toEqual([
    [FOUND.what, 'a mock'],
    ['another', ''],
  ])
  expect(entries()[0]?.expires).toBe('2999-01-01')
  expect(code).toBe(1)
  expect(rules).toEqual(['verification-off refuse', 'baseline-reason refuse'])
  expect(judged([other], { baseline, updateBaseline: true }).entries()).toHaveLength(1)
})

test.each([
  ['no JSON', '{', 'is not JSON'],
  ['no object', 'null', 'has no version that is known'],
  ['a later version', '{"version":2,"entries":[]}', 'has no version that is known'],
  ['no entries', '{"version":1}', 'has no list "entries"'],
  ['an entry that is none', '{"version":1,"entries":[null]}', 'entry 1 of the baseline'],
  ['a reason that is no text', '{"version":1,"entries":[{"fingerprint":"a","rule":"b","reason":1}]}', 'must be texts'],
  [
    'a day that is none',
    '{"version":1,"entries":[{"fingerprint":"a","rule":"b","reason":"c","expires":"2027-02-30"}]}',
    'must be a day',
  ],
])('baseline: %s → a usage error', (_, content, message) => {
  writeFileSync(join(folder, 'broken.json'), content)
  expect(() => judged([FOUND], { baseline: 'broken.json' })).toThrow(UsageError)
  expect(() => judged([FOUND], { baseline: 'broken.json' })).toThrow(message)
})

test('baseline: no file → a usage error that shows how to make one', () => {
  expect(() => judged([FOUND], { baseline: 'none.json' })).toThrow('make one with --update-baseline')
})
