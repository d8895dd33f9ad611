/** A rule that every policy gives a severity; each has its definition in `policy/rules/`. */
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

/** A remark that is made where settings are resolved: the same in every policy, and never allowed by name. */
export type RemarkId =
  | 'verification-raised'
  | 'private-network'
  | 'policy-name'
  | 'variable-name'
  | 'time-unit'
  | 'quotation-marks'
  | 'node-extra-ca-certs'
  | 'replica-twice'

/** Stable id of what a finding is about, where that is not one parameter. */
export type RuleId = GradedRuleId | RemarkId
