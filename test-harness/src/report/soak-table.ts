import Table from 'cli-table3'
import { complaintsOf, type SoakRun } from '../chaos/soak-run.ts'
import { duration } from './rehearsal-columns.ts'
import { SOAK_COLUMNS } from './soak-columns.ts'

/**
 * Renders a soak for a terminal: the faults, a row per client, and the complaints.
 *
 * @example
 * console.log(renderSoak(run))
 */
export function renderSoak(run: SoakRun): string {
  const { seed, durationMs, connections, faults, clients, sessions, sessionsLeft, lost, doubled, unknownKept } = run
  const table = new Table({
    head: ['client', ...SOAK_COLUMNS.map(({ head }) => head)],
    colWidths: [24, ...SOAK_COLUMNS.map(() => 12)],
    wordWrap: true,
    style: { head: [], border: [] },
  })
  for (const client of clients) table.push([client.client, ...SOAK_COLUMNS.map(({ of }) => of(client))])
  const complaints = complaintsOf(run)
  return [
    `soak of ${duration(durationMs)}, seed ${seed}, ${connections} connections for each client, ${faults.length} faults`,
    ...faults.map(
      ({ id, fromMs, toMs, failures }) =>
        `  ${duration(fromMs)}: ${id} for ${duration(toMs - fromMs)}, ${failures} failed`,
    ),
    table.toString(),
    `lost ${lost}, doubled ${doubled}, unknown and kept ${unknownKept}; sessions ${sessions.at(0)} → ${sessions.at(-1)}, ${sessionsLeft} after the end`,
    ...complaints.map((text) => `  ${text}`),
    complaints.length === 0
      ? 'nothing to complain about'
      : `${complaints.length} ${complaints.length === 1 ? 'complaint' : 'complaints'}`,
  ].join('\n')
}
