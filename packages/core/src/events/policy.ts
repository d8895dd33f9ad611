import diagnostics from 'node:diagnostics_channel'
import type { Finding } from '../errors/finding.ts'

/** Who subscribes gets every finding, and nothing of them is printed. */
const channel = diagnostics.channel('verifull:policy')
const printed = new Set<string>()

/**
 * Tells what a policy has to say and did not refuse: on the diagnostics channel `verifull:policy`, else its warnings on
 * stderr, a line for each and process, as a warning of Node's with the code `VERIFULL_POLICY`.
 */
export function tellFindings(findings: readonly Finding[]): void {
  if (channel.hasSubscribers) {
    for (const finding of findings) channel.publish({ kind: 'finding', ...finding })
    return
  }
  for (const { severity, message } of findings) {
    if (severity !== 'warn' || printed.has(message)) continue
    printed.add(message)
    process.emitWarning(message, { type: 'VerifullWarning', code: 'VERIFULL_POLICY' })
  }
}
