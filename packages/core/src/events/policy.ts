import diagnostics from 'node:diagnostics_channel'
import type { RuleFinding } from '../errors/finding.ts'
import { type WarningSetting, warnOnce } from './warnings.ts'

/** An event on the diagnostics channel `verifull:policy`: a finding that refused nothing. */
export type PolicyEvent = { readonly kind: 'finding' } & RuleFinding

/** Gets every finding if it has a subscriber; nothing is printed then. */
const channel = diagnostics.channel('verifull:policy')

/**
 * Reports the findings that refused nothing: on the diagnostics channel `verifull:policy`, or, without a subscriber,
 * the warnings among them on stderr with the code `VERIFULL_POLICY`.
 */
export function tellFindings(findings: readonly RuleFinding[], setting: WarningSetting): void {
  if (channel.hasSubscribers) {
    for (const finding of findings) channel.publish({ kind: 'finding', ...finding } satisfies PolicyEvent)
    return
  }
  for (const { severity, message } of findings) if (severity === 'warn') warnOnce('VERIFULL_POLICY', message, setting)
}
