import { type ConformanceReport, REPORT_FORMAT } from './report.ts'

/**
 * Parses a report in JSON.
 *
 * @throws Error if the text is not a report, or has another format.
 * @example
 * const report = parseReport(readFileSync('conformance.json', 'utf8'))
 */
export function parseReport(text: string): ConformanceReport {
  const value = parsed(text)
  if (isReport(value)) return value
  throw new Error(`this is not a conformance report of format ${REPORT_FORMAT}; write one with --json`)
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function isReport(value: unknown): value is ConformanceReport {
  return (
    typeof value === 'object' &&
    value !== null &&
    'format' in value &&
    value.format === REPORT_FORMAT &&
    'requirements' in value &&
    Array.isArray(value.requirements) &&
    'runs' in value &&
    Array.isArray(value.runs)
  )
}
