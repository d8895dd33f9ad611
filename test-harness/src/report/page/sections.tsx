import type { ComponentType } from 'preact'
import type { ConformanceReport } from '../report.ts'
import { Matrix } from './matrix.tsx'
import { Overview } from './overview.tsx'
import type { Run } from './run.ts'

/** A part of the page with a heading of its own. */
interface Section {
  /** Its fragment in links. */
  readonly id: string
  readonly title: string
  readonly Content: ComponentType<{ readonly report: ConformanceReport; readonly runs: readonly Run[] }>
}

/** The page from top to bottom; what else a report may hold is shown by adding its section here. */
export const SECTIONS: readonly Section[] = [
  { id: 'overview', title: 'Overview', Content: Overview },
  { id: 'requirements', title: 'Requirements', Content: Matrix },
]
