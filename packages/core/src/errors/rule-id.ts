/** A rule that each policy grades; its definition is in `policy/rules/`. */
export type GradedRuleId =
  | 'plaintext-remote'
  | 'plaintext-loopback'
  | 'socket-shared'
  | 'verification-off'
  | 'identity-check-replaced'
  | 'unverified'
  | 'node-verification-off'
  | 'native-driver'
  | 'password-dotenv'
  | 'password-well-known'
  | 'password-in-plain-sight'
  | 'certificate-invalid'
  | 'certificate-weak'
  | 'certificate-expiring'
  | 'certificate-self-signed'

/** A remark made while settings are resolved: the same under every policy, and never allowed by name. */
export type RemarkId =
  | 'verification-raised'
  | 'private-network'
  | 'policy-name'
  | 'variable-name'
  | 'time-unit'
  | 'quotation-marks'
  | 'node-extra-ca-certs'
  | 'replica-twice'

/** Stable id of a finding that is not about one parameter. */
export type RuleId = GradedRuleId | RemarkId
