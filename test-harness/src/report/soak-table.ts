import { complaintsOf, type SoakRun } from '../chaos/soak-run.ts'
import { figuresText } from './figures-text.ts'
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
  const complaints = complaintsOf(run)
  return [
    `soak of ${duration(durationMs)}, seed ${seed}, ${connections} connections for each client`,
    ...faults.map(
      ({ id, fromMs, toMs, failures }) =>
        `  ${duration(fromMs)}: ${id} for ${duration(toMs - fromMs)}, ${failures} failed`,
    ),
    figuresText(clients, SOAK_COLUMNS),
    `lost ${lost}, doubled ${doubled}, unknown and kept ${unknownKept}`,
    `sessions ${sessions.at(0)} → ${sessions.at(-1)}, ${sessionsLeft} after the end`,
    ...complaints.map((text) => `  ${text}`),
    complaints.length === 0
      ? 'nothing to complain about'
      : `${complaints.length} ${complaints.length === 1 ? 'complaint' : 'complaints'}`,
  ].join('\n')
}
