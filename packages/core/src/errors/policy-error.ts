import { listed } from './configuration-error.ts'
import type { RuleFinding } from './finding.ts'
import { VerifullError } from './verifull-error.ts'

/**
 * The policy does not allow these settings: the application must not start with them.
 *
 * `findings` lists every refusal with its rule's id and the fix. `code` is `POLICY`.
 */
export class PolicyError extends VerifullError {
  override readonly code = 'POLICY'
  /** Every refusal, in the order of the message. */
  readonly findings: readonly RuleFinding[]

  /** @param notes Lines that follow the refusals: the origin of the policy, the way to allow a rule. */
  constructor(findings: readonly RuleFinding[], notes: readonly string[] = []) {
    const message = listed(
      findings.map((finding) => finding.message),
      notes,
    )
    super('PolicyError', 'POLICY', message)
    this.findings = findings
  }
}
