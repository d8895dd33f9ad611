import type { Finding } from '../policy/finding.ts'
import { listed } from './configuration-error.ts'
import { VerifullError } from './verifull-error.ts'

/**
 * The settings are understood, and the policy does not allow them: the application must not start with them.
 *
 * `findings` lists every refusal with the id of its rule and the fix. `code` is `POLICY`.
 */
export class PolicyError extends VerifullError {
  declare readonly code: 'POLICY'
  readonly findings: readonly Finding[]

  constructor(findings: readonly Finding[]) {
    super('PolicyError', 'POLICY', listed(findings.map((finding) => finding.message)))
    this.findings = findings
  }
}
