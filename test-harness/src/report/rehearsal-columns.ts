import type { RehearsalRun } from '../rehearsal/result.ts'

/** The columns in the terminal and on the page. */
export const REHEARSAL_COLUMNS: readonly { readonly head: string; readonly of: (run: RehearsalRun) => string }[] = [
  { head: 'checkouts', of: ({ checkouts }) => String(checkouts) },
  { head: 'failed checkouts', of: ({ failedCheckouts }) => String(failedCheckouts) },
  { head: 'queries', of: ({ queries }) => String(queries) },
  { head: 'failed queries', of: ({ failedQueries }) => String(failedQueries) },
  { head: 'longest wait', of: ({ longestWaitMs }) => duration(longestWaitMs) },
  { head: 'fetches', of: ({ fetches }) => String(fetches ?? '–') },
  { head: 'logins refused', of: ({ refusedLogins }) => String(refusedLogins) },
  { head: 'first new session', of: ({ lag }) => (lag ? duration(lag.firstMs) : '–') },
  { head: 'last old session', of: ({ lag }) => (lag ? duration(lag.lastMs) : '–') },
  { head: 'sessions left', of: ({ sessionsLeft }) => String(sessionsLeft) },
]

/** Milliseconds in readable form; null is an event that did not occur. */
export function duration(milliseconds: number | null): string {
  if (milliseconds === null) return 'never'
  return milliseconds < 1000 ? `${milliseconds} ms` : `${(milliseconds / 1000).toFixed(1)} s`
}
