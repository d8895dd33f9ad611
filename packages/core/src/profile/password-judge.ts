import type { RuleFinding } from '../errors/finding.ts'
import { tellFindings } from '../events/tell-policy.ts'
import type { WarningSetting } from '../events/warnings.ts'
import type { PasswordFacts } from '../policy/facts.ts'
import { judge, type Policy } from '../policy/policy.ts'

/** Throws a {@link PolicyError} for a password that the policy refuses. */
export type PasswordJudge = (password: PasswordFacts) => void

/** Checks passwords that are fetched for a connection against the policy; each warning is emitted once, `known` ones never. */
export function passwordJudge(policy: Policy, known: readonly RuleFinding[], setting: WarningSetting): PasswordJudge {
  const said = new Set(known.map(({ message }) => message))
  return (password) => {
    const { findings, refusal } = judge(policy, { password })
    if (refusal) throw refusal
    tellFindings(
      findings.filter(({ message }) => !said.has(message)),
      setting,
    )
    for (const { message } of findings) said.add(message)
  }
}
