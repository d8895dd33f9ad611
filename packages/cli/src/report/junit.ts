import { markup } from './markup.ts'
import type { JudgedReport, ReportedFinding } from './report.ts'

/**
 * The report as JUnit XML: a test per finding and per thing that could not be checked. A finding fails if it counts for
 * the exit code, and is else the output of a test that passes; a thing that could not be checked is an error.
 */
export function asJunit(report: JudgedReport, counts: (finding: ReportedFinding) => boolean): string {
  const name = `verifull ${report.command}`
  const { findings, unchecked } = report
  const cases = [
    ...findings.map((found) => testCase(name, titleOf(found), outcomeOf(found, counts(found)))),
    ...unchecked.map(({ what, why }) => testCase(name, what, `<error${attribute('message', why)}/>`)),
  ]
  const tests = cases.length === 0 ? [testCase(name, 'no findings', '')] : cases
  const failures = findings.filter(counts).length
  const totals = ` tests="${tests.length}" failures="${failures}" errors="${unchecked.length}" time="0"`
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="verifull"${totals}>`,
    `<testsuite${attribute('name', name)}${totals} skipped="0">`,
    ...tests,
    '</testsuite>',
    '</testsuites>\n',
  ].join('\n')
}

function testCase(suite: string, name: string, outcome: string): string {
  return `<testcase${attribute('name', name)}${attribute('classname', suite)} time="0">${outcome}</testcase>`
}

function titleOf({ rule, location, what }: ReportedFinding): string {
  const { file, line } = location ?? {}
  return [rule, ...(file === undefined ? [what] : [`${file}${line === undefined ? '' : `:${line}`}`])].join(': ')
}

function outcomeOf({ rule, severity, what, fix, help }: ReportedFinding, fails: boolean): string {
  const text = [`${severity}: ${what}`, `fix: ${fix}`, ...(help === undefined ? [] : [help])].join('\n')
  return fails
    ? `<failure${attribute('type', rule)}${attribute('message', what)}>${markup(text)}</failure>`
    : `<system-out>${markup(text)}</system-out>`
}

function attribute(name: string, value: string): string {
  return ` ${name}="${markup(value)}"`
}
