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
  | LiveRuleId

/** A rule about a connection that was made, or about its server. */
export type LiveRuleId =
  | 'tls-protocol-old'
  | 'tls-cipher-weak'
  | 'key-exchange-classical'
  | 'login-without-proof'
  | 'login-md5'
  | 'login-cleartext'
  | 'channel-unbound'
  | 'login-warning'
  | 'plaintext-behind-proxy'
  | 'endpoint-public'
  | 'pooler-in-path'
  | 'pool-too-large'
  | 'role-superuser'
  | 'role-bypasses-rls'
  | 'role-creates-roles'
  | 'role-creates-databases'
  | 'role-replicates'
  | 'role-powerful'
  | 'role-owns-database'
  | 'role-owns-tables'
  | 'password-expiring'
  | 'server-ended'
  | 'server-outdated'
  | 'password-encryption-md5'
  | 'password-stored-as-md5'
  | 'server-tls-minimum'
  | 'public-may-create'
  | 'public-tables'
  | 'log-connections'
  | 'log-disconnections'
  | 'log-changes'
  | 'log-all-statements'

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

/** Id of a rule of the application's own, in `settings.policy.rules`. */
export type OwnRuleId = `own-${string}`

/** Stable id of a finding that is not about one parameter. */
export type RuleId = GradedRuleId | RemarkId | OwnRuleId
