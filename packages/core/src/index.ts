/** Everything that applications use, and that each adapter exports as well. */
export type { Endpoint, KnownEndpoint, SecretEndpoint, SocketEndpoint, TcpEndpoint } from './addresses/endpoint.ts'
export { placeholderHost } from './addresses/placeholder-host.ts'
export type { AuthenticationMethod } from './auth/require-auth.ts'
export { type ServerConnection, type VerifiedConnection, verifyConnection } from './checks/verify-connection.ts'
export { type CacheSettings, cached } from './credentials/cached.ts'
export { chained } from './credentials/chained.ts'
export type {
  Credentials,
  CredentialsProvider,
  CredentialsRequest,
  CredentialsServer,
  LoginFunction,
  PasswordFunction,
} from './credentials/credentials.ts'
export { perServer } from './credentials/per-server.ts'
export { retried } from './credentials/retried.ts'
export type { ProvidedTls, TlsProvider } from './credentials/tls-provider.ts'
export type { Attestation } from './dial/attestation.ts'
export { type AuthenticationCheck, AuthenticationError } from './errors/authentication-error.ts'
export { ConfigurationError } from './errors/configuration-error.ts'
export { ConnectError, type FailedAttempt } from './errors/connect-error.ts'
export { type CredentialsCheck, CredentialsError, type SecretLocation } from './errors/credentials-error.ts'
export type { Finding, Problem, RuleFinding, Severity } from './errors/finding.ts'
export { PolicyError } from './errors/policy-error.ts'
export {
  type Checkout,
  type FailedCheckout,
  type PoolCounts,
  PoolError,
  type PoolErrorCode,
} from './errors/pool-error.ts'
export { redacted } from './errors/redacted.ts'
export type { OwnRuleId, RuleId } from './errors/rule-id.ts'
export { ServerError, type ServerErrorFields } from './errors/server-error.ts'
export { type TlsCheck, TlsError } from './errors/tls-error.ts'
export { VerifullError } from './errors/verifull-error.ts'
export type { PublishedCertificate } from './events/certificate.ts'
export type { ChannelName, Channels } from './events/channels.ts'
export type { CredentialsEvent, CredentialsOrigin } from './events/credentials.ts'
export type { EndpointEvent, EndpointOrigin } from './events/endpoint.ts'
export { type Logger, type LogSettings, logEvents } from './events/log-events.ts'
export { onEvent } from './events/on-event.ts'
export type { Phase, PhaseTiming } from './events/phase.ts'
export type { PolicyEvent } from './events/policy.ts'
export type { PoolEvent, PoolOrigin, RetireReason } from './events/pool.ts'
export type { RecentEvent } from './events/recent.ts'
export type { ReportedFailure } from './events/reported-failure.ts'
export { type EndpointSnapshot, type Snapshot, snapshotOf } from './events/snapshot.ts'
export type {
  CertificateStats,
  CredentialsStats,
  EndpointStats,
  EndpointTls,
  PoolStats,
  PoolTimings,
  PoolTotals,
  Stats,
  TimingStats,
} from './events/stats.ts'
export { onPoolTiming, type PoolTiming } from './events/timings.ts'
export type { TlsEvent, TlsVersionFacts } from './events/tls.ts'
export type {
  AcquireTrace,
  ConnectedServer,
  ConnectedTls,
  ConnectTrace,
  FetchTrace,
  TraceName,
  Traces,
} from './events/traces.ts'
export { type ExposedMonitor, type ExposeSettings, exposeMonitor } from './expose/expose-monitor.ts'
export type { Sources } from './merge/collect.ts'
export type { Health, PoolHealth } from './monitor/health.ts'
export { type HealthAnswer, type HealthAnswerSettings, healthAnswer } from './monitor/health-answer.ts'
export type { HealthSettings, Monitor } from './monitor/monitor.ts'
export type { MonitoredChannel } from './monitor/own-events.ts'
export { processStats } from './monitor/stats.ts'
export type { ReplicaSettings, Settings } from './parameters/settings.ts'
export type { Facts, PasswordFacts, SettingsFacts } from './policy/facts.ts'
export type { EndpointFacts, ServerFacts, SessionFacts } from './policy/live-facts.ts'
export type { OwnRule, OwnRuleOn } from './policy/own-rules.ts'
export type { PolicyName, PoolLimits } from './policy/policies.ts'
export type { PolicySetting } from './policy/policy.ts'
export type { Violation } from './policy/rule.ts'
export type { RelaxableRuleId } from './policy/rules.ts'
export { close } from './profile/close.ts'
export {
  type ExplainedEndpoint,
  type ExplainedPassword,
  type ExplainedPolicy,
  type ExplainedReplica,
  type ExplainedSetting,
  type Explanation,
  explain,
} from './profile/explain.ts'
export { poolLimits, poolSizeFor } from './profile/pool-limits.ts'
export type { PoolOptions } from './profile/pool-options.ts'
export type { Profile } from './profile/profile.ts'
export { type ResolvedProfile, resolveProfile } from './profile/resolve-profile.ts'
export { type RunStatement, type WaitSettings, waitForPosition, writePosition } from './replicas/log-position.ts'
export { safeToRetry } from './retry/safe-to-retry.ts'
export { type RetrySettings, withRetry } from './retry/with-retry.ts'
export type { Attempt, SslMode, Verification } from './sslmode.ts'
export { awsParameterStore, type ParameterStoreSettings } from './stores/aws/parameter-store.ts'
export { type RdsIamSettings, rdsIam } from './stores/aws/rds-iam.ts'
export { awsSecretsManager, type SecretsManagerSettings } from './stores/aws/secrets-manager.ts'
export { awsSecretsManagerTls, type SecretsManagerTlsSettings } from './stores/aws/secrets-manager-tls.ts'
export type { SecretKeys } from './stores/secret-fields.ts'
export type { TlsKeys } from './stores/tls-fields.ts'
export { type VaultDatabaseSettings, vaultDatabase } from './stores/vault/database.ts'
export { type VaultKvSettings, vaultKv } from './stores/vault/kv.ts'
export { type VaultKvTlsSettings, vaultKvTls } from './stores/vault/kv-tls.ts'
export { type VaultPkiSettings, vaultPki } from './stores/vault/pki.ts'
export type { TextOrFile, VaultAnswer, VaultAuth, VaultClient, VaultSettings } from './stores/vault/settings.ts'
export { Secret } from './text/secret.ts'
export type { Sourced } from './text/sourced.ts'
