import type { ChaosRun } from './run.ts'
import type { SoakRun } from './soak-run.ts'

/** Runs of faults as data: the JSON report. */
export interface ChaosReport {
  /** Time of creation, ISO 8601. */
  readonly created: string
  /** Description of the servers. */
  readonly server: string
  /** One entry per fault and client. */
  readonly runs: readonly ChaosRun[]
  /** A soak; absent if there was none. */
  readonly soak?: SoakRun
  /** Faults that cannot be given here. */
  readonly skipped: readonly SkippedFault[]
}

/** The report without time lines and errors. */
export function figuresOf({ soak, ...report }: ChaosReport): ChaosReport {
  const shorter = <Run extends Pick<ChaosRun, 'timeLine'>>(run: Run): Run => ({
    ...run,
    timeLine: { ...run.timeLine, steps: [], marks: [] },
  })
  return {
    ...report,
    runs: report.runs.map((run) => ({ ...shorter(run), errors: {} })),
    ...(soak && { soak: { ...soak, clients: soak.clients.map(shorter) } }),
  }
}

/** A fault that was not given. */
export interface SkippedFault {
  /** Its id. */
  readonly fault: string
  /** The reason. */
  readonly reason: string
}

/**
 * True if no checkout failed except by right, no write was lost or doubled, no connection is left read-only, and the
 * process neither ended nor hung. Statements in flight fail with their server.
 */
export function isHarmless({
  failedCheckouts,
  lost,
  doubled,
  readOnly,
  exits,
  unexplained,
  isHung,
}: ChaosRun): boolean {
  return !isHung && failedCheckouts + lost + doubled + readOnly + exits + unexplained === 0
}
