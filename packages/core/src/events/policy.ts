import diagnostics from 'node:diagnostics_channel'
import type { RuleFinding } from '../errors/finding.ts'
import { type WarningSetting, warnOnce } from './warnings.ts'

/** Published on the diagnostics channel `verifull:policy`: a finding that refused nothing. */
export type PolicyEvent = { readonly kind: 'finding' } & RuleFinding

/** Has every finding, where anybody subscribes, and nothing of them is printed. */
const channel = diagnostics.channel('verifull:policy')

/**
 * Tells what a policy has to say and did not refuse: on the diagnostics channel `verifull:policy`, else its warnings on
 * stderr, with the code `VERIFULL_POLICY`.
 */
export function tellFindings(findings: readonly RuleFinding[], setting: WarningSetting): void {
  if (channel.hasSubscribers) {
    for (const finding of findings) channel.publish({ kind: 'finding', ...finding } satisfies PolicyEvent)
    return
  }
  for (const { severity, message } of findings) if (severity === 'warn') warnOnce('VERIFULL_POLICY', message, setting)
}
