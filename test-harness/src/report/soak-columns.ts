import type { Footprint } from '../chaos/client.ts'
import type { SoakClient } from '../chaos/soak-run.ts'
import type { FiguresColumn } from './figures-text.ts'
import { duration } from './rehearsal-columns.ts'

/** The columns of a soak in the terminal and on the page: one row per client. */
export const SOAK_COLUMNS: readonly FiguresColumn<SoakClient>[] = [
  { head: 'writes', of: ({ done }) => String(done) },
  { head: 'failed checkouts', of: ({ failedCheckouts }) => String(failedCheckouts), width: 10 },
  { head: 'failed writes', of: ({ failedWrites }) => String(failedWrites), width: 7 },
  { head: 'not explained', of: ({ unexplained }) => String(Object.values(unexplained).reduce((a, b) => a + b, 0)) },
  { head: 'read-only', of: ({ readOnly }) => String(readOnly) },
  { head: 'exits', of: ({ exits, isHung }) => (isHung ? `${exits}, hangs` : String(exits)) },
  { head: 'longest checkout', of: ({ longestWaitMs }) => duration(longestWaitMs), width: 9 },
  { head: 'heap, MiB', of: (client) => ends(client, ({ heap }) => (heap / 2 ** 20).toFixed(1)), width: 13 },
  { head: 'handles', of: (client) => ends(client, ({ handles }) => String(handles)), width: 9 },
  { head: 'sockets', of: (client) => ends(client, ({ sockets }) => String(sockets)), width: 9 },
]

/** Values before the first fault and after the last. */
function ends({ footprints }: SoakClient, of: (footprint: Footprint) => string): string {
  const [first, last] = [footprints.at(0), footprints.at(-1)]
  return first && last ? `${of(first)} → ${of(last)}` : '–'
}
