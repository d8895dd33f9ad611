import type { ChaosRun } from '../chaos/run.ts'
import { duration } from './rehearsal-columns.ts'

/** The columns of faults in the terminal and on the page. */
export const CHAOS_COLUMNS: readonly { readonly head: string; readonly of: (run: ChaosRun) => string }[] = [
  { head: 'writes', of: ({ acknowledged }) => String(acknowledged) },
  { head: 'failed checkouts', of: ({ failedCheckouts, refusals }) => withRefusals(failedCheckouts, refusals) },
  { head: 'failed writes', of: ({ failedWrites }) => String(failedWrites) },
  { head: 'not explained', of: ({ unexplained }) => String(unexplained) },
  { head: 'lost, doubled', of: ({ lost, doubled }) => `${lost}, ${doubled}` },
  { head: 'unknown, kept', of: ({ unknownKept }) => String(unknownKept) },
  { head: 'read-only', of: ({ readOnly }) => String(readOnly) },
  { head: 'exits', of: ({ exits, isHung }) => (isHung ? `${exits}, hangs` : String(exits)) },
  { head: 'first write', of: ({ firstWriteMs }) => duration(firstWriteMs) },
  { head: 'longest checkout', of: ({ longestWaitMs }) => duration(longestWaitMs) },
]

function withRefusals(failed: number, refusals: number): string {
  return refusals === 0 ? String(failed) : `${failed} (+ ${refusals} by right)`
}
