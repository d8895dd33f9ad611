import { listed } from './configuration-error.ts'
import type { RuleFinding } from './finding.ts'
import { VerifullError } from './verifull-error.ts'

/**
 * The settings are understood, and the policy does not allow them: the application must not start with them.
 *
 * `findings` lists every refusal with the id of its rule and the fix. `code` is `POLICY`.
 */
export class PolicyError extends VerifullError {
  override readonly code = 'POLICY'
  readonly findings: readonly RuleFinding[]

  /** @param notes Lines that follow the refusals: why this policy holds, how a rule is allowed. */
  constructor(findings: readonly RuleFinding[], notes: readonly string[] = []) {
    const message = listed(
      findings.map((finding) => finding.message),
      notes,
    )
    super('PolicyError', 'POLICY', message)
    this.findings = findings
  }
}
