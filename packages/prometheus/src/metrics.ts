import type { Aggregator } from 'prom-client'

/** A metric: its kind, meaning and labels. */
export interface MetricDefinition {
  readonly type: 'counter' | 'gauge' | 'histogram'
  readonly help: string
  /** A histogram has one. */
  readonly labels: readonly string[]
  /** Upper bounds of a histogram's buckets, in seconds. */
  readonly buckets?: readonly number[]
  /** The value for all processes of a cluster, as `AggregatorRegistry` makes it. Default: their sum. */
  readonly aggregator?: Aggregator
}

/** Seconds, as OpenTelemetry proposes them for clients of databases. */
const BUCKETS = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10]

/** All metrics by their names; times are in seconds. */
export const METRICS = {
  db_ssl_enabled: {
    type: 'gauge',
    help: '1 if all open sessions with the server are encrypted, 0 if one is not; a Unix socket has no series',
    labels: ['server'],
    aggregator: 'min',
  },
  db_insecure_connections_total: {
    type: 'counter',
    help: 'Connections and attempts without encryption (plaintext), and connections whose server was not verified (unverified); Unix sockets are not counted',
    labels: ['server', 'reason'],
  },
  db_connections_total: {
    type: 'counter',
    help: 'Connections that were made, with the protocol and key exchange of TLS, and the checks of the certificate',
    labels: ['server', 'protocol', 'key_exchange', 'verification'],
  },
  db_connection_failures_total: {
    type: 'counter',
    help: 'Connections that could not be made, by the code of the error',
    labels: ['server', 'code'],
  },
  db_login_failures_total: {
    type: 'counter',
    help: 'Logins that a server rejected, by the code of the error',
    labels: ['server', 'code'],
  },
  db_connect_duration_seconds: {
    type: 'histogram',
    help: 'Time to make a connection, or until it was given up',
    labels: ['server'],
    buckets: BUCKETS,
  },
  db_connect_phase_duration_seconds: {
    type: 'histogram',
    help: 'Time of each phase of a connection; handshake is that of TLS',
    labels: ['phase'],
    buckets: BUCKETS,
  },
  db_sessions: {
    type: 'gauge',
    help: 'Open sessions with the server, of all pools and clients',
    labels: ['server', 'encryption'],
  },
  db_breaker_open: {
    type: 'gauge',
    help: '1 if the circuit breaker of the server is open for one of its addresses, else 0',
    labels: ['server'],
    aggregator: 'max',
  },
  db_server_standby: {
    type: 'gauge',
    help: '1 if the server is a standby, 0 if it is a primary, as it has reported last',
    labels: ['server'],
    aggregator: 'max',
  },
  db_server_role_changes_total: {
    type: 'counter',
    help: 'Promotions and demotions of the server that were seen',
    labels: ['server'],
    aggregator: 'max',
  },
  db_replication_lag_seconds: {
    type: 'gauge',
    help: 'Time by which the replica is behind its primary, as last measured',
    labels: ['server'],
    aggregator: 'max',
  },
  db_pool_connections: {
    type: 'gauge',
    help: 'Connections of the pool: lent (active), idle, or being made (connecting)',
    labels: ['pool', 'state'],
  },
  db_pool_max_connections: { type: 'gauge', help: 'Limit of the pool', labels: ['pool'] },
  db_pool_waiting_checkouts: { type: 'gauge', help: 'Checkouts that wait for a connection', labels: ['pool'] },
  db_pool_oldest_checkout_seconds: {
    type: 'gauge',
    help: 'Time since the oldest checkout whose connection is still lent; 0 if none is',
    labels: ['pool'],
    aggregator: 'max',
  },
  db_pool_oldest_running_seconds: {
    type: 'gauge',
    help: 'Time since the oldest checkout on whose connection a statement runs; 0 if none does',
    labels: ['pool'],
    aggregator: 'max',
  },
  db_pool_wait_duration_seconds: {
    type: 'histogram',
    help: 'Time that a checkout waited for its connection',
    labels: ['pool'],
    buckets: BUCKETS,
  },
  db_pool_use_duration_seconds: {
    type: 'histogram',
    help: 'Time from a checkout until the connection was given back',
    labels: ['pool'],
    buckets: BUCKETS,
  },
  db_pool_checkouts_total: { type: 'counter', help: 'Connections that the pool has lent', labels: ['pool'] },
  db_pool_timeouts_total: {
    type: 'counter',
    help: 'Checkouts that ended because no connection was free in time',
    labels: ['pool'],
  },
  db_pool_refused_checkouts_total: {
    type: 'counter',
    help: 'Checkouts that were refused at once, because as many as may wait were waiting',
    labels: ['pool'],
  },
  db_pool_leaks_total: {
    type: 'counter',
    help: 'Checkouts that lasted longer than pool.leakDetectionMs',
    labels: ['pool'],
  },
  db_pool_connections_opened_total: {
    type: 'counter',
    help: 'Connections that the pool has opened',
    labels: ['pool'],
  },
  db_pool_connections_retired_total: {
    type: 'counter',
    help: 'Connections that left the pool, by the reason',
    labels: ['pool', 'reason'],
  },
  db_credential_age_seconds: {
    type: 'gauge',
    help: 'Time since the secret was fetched from its source',
    labels: ['source', 'server'],
    aggregator: 'max',
  },
  db_credential_expiry_timestamp_seconds: {
    type: 'gauge',
    help: 'End of the secret, in seconds since 1970; a secret without an end has no series',
    labels: ['source', 'server'],
    aggregator: 'min',
  },
  db_credential_stale: {
    type: 'gauge',
    help: '1 if the secret is past its time because no newer one could be fetched, else 0',
    labels: ['source', 'server'],
    aggregator: 'max',
  },
  db_credential_fetches_total: {
    type: 'counter',
    help: 'Requests for a secret, by their result: fetched or failed',
    labels: ['source', 'result'],
  },
  db_credential_rejections_total: {
    type: 'counter',
    help: 'Logins with a secret that may change, which a server rejected',
    labels: ['source'],
  },
  db_certificate_expiry_timestamp_seconds: {
    type: 'gauge',
    help: 'End of a certificate in use (server, client, ca), in seconds since 1970; the first one to end of each source',
    labels: ['of', 'source'],
    aggregator: 'min',
  },
  db_tls_reloads_total: {
    type: 'counter',
    help: 'New TLS material, by the result: reloaded or failed',
    labels: ['result'],
  },
} as const satisfies Readonly<Record<string, MetricDefinition>>

/** Name of a metric. */
export type MetricName = keyof typeof METRICS

/** All names. */
export const METRIC_NAMES = Object.keys(METRICS) as readonly MetricName[]
