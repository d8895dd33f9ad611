import type { Footprint } from '../chaos/client.ts'
import type { SoakClient } from '../chaos/soak-run.ts'
import { duration } from './rehearsal-columns.ts'

/** The columns of a soak in the terminal and on the page: one row per client. */
export const SOAK_COLUMNS: readonly { readonly head: string; readonly of: (client: SoakClient) => string }[] = [
  { head: 'writes', of: ({ done }) => String(done) },
  { head: 'failed checkouts', of: ({ failedCheckouts }) => String(failedCheckouts) },
  { head: 'failed writes', of: ({ failedWrites }) => String(failedWrites) },
  { head: 'not explained', of: ({ unexplained }) => String(Object.values(unexplained).reduce((a, b) => a + b, 0)) },
  { head: 'read-only', of: ({ readOnly }) => String(readOnly) },
  { head: 'exits', of: ({ exits, isHung }) => (isHung ? `${exits}, hangs` : String(exits)) },
  { head: 'longest checkout', of: ({ longestWaitMs }) => duration(longestWaitMs) },
  { head: 'heap, MiB', of: (client) => ends(client, ({ heap }) => (heap / 2 ** 20).toFixed(1)) },
  { head: 'handles', of: (client) => ends(client, ({ handles }) => String(handles)) },
  { head: 'sockets', of: (client) => ends(client, ({ sockets }) => String(sockets)) },
]

/** Values before the first fault and after the last. */
function ends({ footprints }: SoakClient, of: (footprint: Footprint) => string): string {
  const [first, last] = [footprints.at(0), footprints.at(-1)]
  return first && last ? `${of(first)} → ${of(last)}` : '–'
}
