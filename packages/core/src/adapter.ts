/** Everything that adapters of drivers and ORMs build on, with all that applications use. */

export { hostAndPort } from './addresses/endpoint.ts'
export { isPlaceholder } from './addresses/placeholder-host.ts'
export type { Authenticated, Login } from './auth/authenticate.ts'
export { finishedSessions } from './checks/finished-sessions.ts'
export { verifyWith } from './checks/verify-connection.ts'
export { reportedFailure } from './credentials/foreign-error.ts'
export { cancel } from './dial/cancel.ts'
export type { Channel, Network, Target } from './dial/channel.ts'
export { dial, dialAny } from './dial/dial.ts'
export type { Dialed } from './dial/dialed.ts'
export { knock } from './dial/knock.ts'
export { checkedSettings, wrongArgument } from './errors/argument.ts'
export { problemWith } from './errors/finding.ts'
export type { Retirement } from './errors/retirement.ts'
export { shielded } from './events/on-event.ts'
export { poolName, releasePoolName } from './events/pool-names.ts'
export { isHeard, publish } from './events/publish.ts'
export { addSnapshot, copySnapshot } from './events/snapshot.ts'
export { TimeSeries } from './events/time-series.ts'
export {
  countTimings,
  flushTimings,
  isTimed,
  PoolTimer,
  type TimingCounter,
  type TimingKind,
} from './events/timings.ts'
export { isTraced, tellOutcome, tellStart, trace } from './events/traces.ts'
export { warn } from './events/warnings.ts'
export * from './index.ts'
export { checkedSources } from './merge/checked-sources.ts'
export { watchCertificates } from './monitor/certificate-watch.ts'
export { monitorOf } from './monitor/monitor.ts'
export type { Monitored, MonitoredPool } from './monitor/monitored.ts'
export {
  CLIENT_TIMES,
  FOREIGN_CONNECTION,
  type Meaning,
  PG_SPELLING,
  type ReplicationMeaning,
  type Spelling,
} from './parameters/option-spelling.ts'
export { checkedProfile, checkedProfiles } from './profile/checked-profile.ts'
export { closing } from './profile/close.ts'
export { deferring, isDevelopersMachine, isOfAnotherEnvironment } from './profile/deferred.ts'
export { configurationsOf, type EnvironmentBlock, type EnvironmentBlocks } from './profile/environments.ts'
export { dialServers } from './replicas/dial-servers.ts'
export type { TimeBuckets } from './time/time-buckets.ts'
export type { AnswerMessage } from './wire/answer-message.ts'
export type { MessageReader, SessionMessages } from './wire/session-messages.ts'
