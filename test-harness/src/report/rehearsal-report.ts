import type { RehearsalRun } from '../rehearsal/result.ts'
import { type ConformanceReport, REPORT_FORMAT } from './report.ts'

/**
 * Makes a report of rehearsals alone; `mergeReports` combines it with the suite's.
 *
 * @example
 * writeFileSync('rehearsal.html', renderHtml(rehearsalReport(runs)))
 */
export function rehearsalReport(rehearsals: readonly RehearsalRun[]): ConformanceReport {
  return { format: REPORT_FORMAT, created: new Date().toISOString(), requirements: [], runs: [], rehearsals }
}
