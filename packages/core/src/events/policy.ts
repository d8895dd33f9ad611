import diagnostics from 'node:diagnostics_channel'
import type { RuleFinding } from '../errors/finding.ts'
import type { OwnRuleId } from '../errors/rule-id.ts'
import { type WarningSetting, warnOnce } from './warnings.ts'

/** An event on the diagnostics channel `verifull:policy`. */
export type PolicyEvent = PolicyChosen | ({ readonly kind: 'finding' } & RuleFinding)

/** The policy of a configuration that was made. */
export interface PolicyChosen {
  readonly kind: 'policy'
  /** Name of the policy. */
  readonly name: string
  readonly source: string
  /** Rules that are allowed by name, broken or not, each with its reason. */
  readonly allow: Readonly<Record<string, string>>
  /** Ids of the rules of the application's own. */
  readonly rules: readonly OwnRuleId[]
}

/** Gets every event if it has a subscriber; nothing is printed then. */
const channel = diagnostics.channel('verifull:policy')

/** Reports the policy of a configuration and its relaxations on the diagnostics channel `verifull:policy`. */
export function tellPolicy({
  name,
  source,
  allow,
  rules = [],
}: Omit<PolicyChosen, 'kind' | 'rules'> & {
  readonly rules?: readonly { readonly id: OwnRuleId }[]
}): void {
  if (!channel.hasSubscribers) return
  channel.publish({ kind: 'policy', name, source, allow, rules: rules.map(({ id }) => id) } satisfies PolicyEvent)
}

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
