import type { ChaosRun } from '../chaos/run.ts'
import type { FiguresColumn } from './figures-text.ts'
import { duration } from './rehearsal-columns.ts'

/** The columns of faults in the terminal and on the page. */
export const CHAOS_COLUMNS: readonly FiguresColumn<ChaosRun>[] = [
  { head: 'writes', of: ({ acknowledged }) => String(acknowledged) },
  {
    head: 'failed checkouts',
    of: ({ failedCheckouts, refusals }) => withRefusals(failedCheckouts, refusals),
    width: 10,
  },
  { head: 'failed writes', of: ({ failedWrites }) => String(failedWrites), width: 7 },
  { head: 'not explained', of: ({ unexplained }) => String(unexplained) },
  { head: 'lost, doubled', of: ({ lost, doubled }) => `${lost}, ${doubled}`, width: 8 },
  { head: 'unknown, kept', of: ({ unknownKept }) => String(unknownKept) },
  { head: 'read-only', of: ({ readOnly }) => String(readOnly), width: 10 },
  { head: 'exits', of: ({ exits, isHung }) => (isHung ? `${exits}, hangs` : String(exits)), width: 6 },
  { head: 'first write', of: ({ firstWriteMs }) => duration(firstWriteMs), width: 7 },
  { head: 'longest checkout', of: ({ longestWaitMs }) => duration(longestWaitMs), width: 9 },
]

function withRefusals(failed: number, refusals: number): string {
  return refusals === 0 ? String(failed) : `${failed} (+ ${refusals} by right)`
}
