import type { ComponentType } from 'preact'
import type { ConformanceReport } from '../report.ts'
import { Faults } from './faults.tsx'
import { Matrix } from './matrix.tsx'
import { Overview } from './overview.tsx'
import { Rehearsals } from './rehearsals.tsx'
import type { Run } from './run.ts'

/** A part of the page with its own heading. */
interface Section {
  /** Its fragment in links. */
  readonly id: string
  readonly title: string
  /** True if the report has content for it. */
  has(report: ConformanceReport): boolean
  readonly Content: ComponentType<{ readonly report: ConformanceReport; readonly runs: readonly Run[] }>
}

/** The sections from top to bottom; a new kind of content is added here. */
export const SECTIONS: readonly Section[] = [
  { id: 'overview', title: 'Overview', has: hasRuns, Content: Overview },
  { id: 'requirements', title: 'Requirements', has: hasRuns, Content: Matrix },
  { id: 'rehearsals', title: 'Rotations under load', has: hasRehearsals, Content: Rehearsals },
  { id: 'faults', title: 'Faults under load', has: ({ chaos }) => chaos !== undefined, Content: Faults },
]

function hasRuns({ runs }: ConformanceReport): boolean {
  return runs.length > 0
}

function hasRehearsals({ rehearsals = [] }: ConformanceReport): boolean {
  return rehearsals.length > 0
}
