import type { RehearsalRun } from '../rehearsal/result.ts'
import { type ConformanceReport, emptyReport } from './report.ts'

/**
 * Makes a report of rehearsals alone; `mergeReports` combines it with the suite's.
 *
 * @example
 * writeFileSync('rehearsal.html', renderHtml(rehearsalReport(runs)))
 */
export function rehearsalReport(rehearsals: readonly RehearsalRun[]): ConformanceReport {
  return { ...emptyReport(), rehearsals }
}
