import type { CertificateStats, CredentialsStats, EndpointStats, PoolStats, Stats } from '@verifull/core'
import type { Instruments } from './instruments.ts'
import type { Labels } from './labels.ts'
import { isSocket } from './sockets.ts'

/** The metrics whose series are written anew for each scrape. */
const OF_STATE = [
  'db_ssl_enabled',
  'db_sessions',
  'db_breaker_open',
  'db_server_standby',
  'db_replication_lag_seconds',
  'db_pool_connections',
  'db_pool_max_connections',
  'db_pool_waiting_checkouts',
  'db_pool_oldest_checkout_seconds',
  'db_pool_oldest_running_seconds',
  'db_pool_checkouts_total',
  'db_pool_timeouts_total',
  'db_pool_refused_checkouts_total',
  'db_pool_leaks_total',
  'db_pool_connections_opened_total',
  'db_pool_connections_retired_total',
  'db_credential_age_seconds',
  'db_credential_expiry_timestamp_seconds',
  'db_credential_stale',
  'db_certificate_expiry_timestamp_seconds',
] as const satisfies readonly (keyof Instruments)[]

/** Writes the state of this process into the metrics that show it; series of what has gone end. */
export function writeStats(instruments: Instruments, labels: Labels, stats: Stats): void {
  for (const pool of labels.endedPools(new Set(stats.pools.map(({ name }) => name)))) {
    instruments.db_pool_wait_duration_seconds.remove(pool)
    instruments.db_pool_use_duration_seconds.remove(pool)
  }
  for (const name of OF_STATE) instruments[name].reset()
  for (const [pool, some] of grouped(stats.pools, ({ name }) => labels.pool(name))) {
    writePools(instruments, labels, pool, some)
  }
  for (const [server, some] of grouped(stats.endpoints, (one) => labels.server(one))) {
    writeServer(instruments, server, some)
  }
  for (const [source, some] of grouped(stats.credentials, (one) => labels.source(one.source))) {
    for (const [server, those] of grouped(some, (one) => labels.serverOf(one))) {
      writeSecret(instruments, { source, server }, those)
    }
  }
  for (const [source, some] of grouped(stats.certificates, (one) => labels.source(one.source))) {
    writeCertificates(instruments, source, some)
  }
}

function writePools(instruments: Instruments, labels: Labels, pool: string, some: readonly PoolStats[]): void {
  for (const { counts, connecting, totals } of some) {
    instruments.db_pool_connections.inc({ pool, state: 'active' }, counts.active)
    instruments.db_pool_connections.inc({ pool, state: 'idle' }, counts.idle)
    instruments.db_pool_connections.inc({ pool, state: 'connecting' }, connecting)
    instruments.db_pool_max_connections.inc({ pool }, counts.max)
    instruments.db_pool_waiting_checkouts.inc({ pool }, counts.waiting)
    instruments.db_pool_checkouts_total.inc({ pool }, totals.checkouts)
    instruments.db_pool_timeouts_total.inc({ pool }, totals.timeouts)
    instruments.db_pool_refused_checkouts_total.inc({ pool }, totals.refused)
    instruments.db_pool_leaks_total.inc({ pool }, totals.leaks)
    instruments.db_pool_connections_opened_total.inc({ pool }, totals.opened)
    for (const [reason, count] of Object.entries(totals.retired)) {
      instruments.db_pool_connections_retired_total.inc({ pool, reason: labels.reason(reason) }, count)
    }
  }
  const oldestMs = Math.max(...some.map(({ oldestCheckoutMs }) => oldestCheckoutMs))
  instruments.db_pool_oldest_checkout_seconds.set({ pool }, oldestMs / 1000)
  const runningMs = Math.max(...some.map(({ oldestRunningMs }) => oldestRunningMs))
  instruments.db_pool_oldest_running_seconds.set({ pool }, runningMs / 1000)
}

/** Writes the addresses of one server. */
function writeServer(instruments: Instruments, server: string, some: readonly EndpointStats[]): void {
  const plaintext = sum(some.map(({ plaintextSessions }) => plaintextSessions))
  const encrypted = sum(some.map(({ sessions }) => sessions)) - plaintext
  instruments.db_sessions.set({ server, encryption: 'tls' }, encrypted)
  instruments.db_sessions.set({ server, encryption: 'none' }, plaintext)
  const isRemote = !some.every(isSocket)
  if (isRemote && encrypted + plaintext > 0) instruments.db_ssl_enabled.set({ server }, plaintext > 0 ? 0 : 1)
  instruments.db_breaker_open.set({ server }, some.some(({ breaker }) => breaker !== 'closed') ? 1 : 0)
  const roles = some.flatMap(({ isStandby }) => isStandby ?? [])
  if (roles.length > 0) instruments.db_server_standby.set({ server }, roles.some(Boolean) ? 1 : 0)
  const lags = some.flatMap(({ lagMs }) => lagMs ?? [])
  if (lags.length > 0) instruments.db_replication_lag_seconds.set({ server }, Math.max(...lags) / 1000)
}

function writeSecret(
  instruments: Instruments,
  of: { readonly source: string; readonly server: string },
  some: readonly CredentialsStats[],
): void {
  instruments.db_credential_stale.set(of, some.some(({ isStale }) => isStale) ? 1 : 0)
  const ages = some.flatMap(({ ageMs }) => ageMs ?? [])
  if (ages.length > 0) instruments.db_credential_age_seconds.set(of, Math.max(...ages) / 1000)
  const ends = some.flatMap(({ expiresAt }) => expiresAt?.getTime() ?? [])
  if (ends.length > 0) instruments.db_credential_expiry_timestamp_seconds.set(of, Math.min(...ends) / 1000)
}

function writeCertificates(instruments: Instruments, source: string, all: readonly CertificateStats[]): void {
  for (const [of, some] of grouped(all, (one) => one.of)) {
    const end = Math.min(...some.map(({ validTo }) => validTo.getTime()))
    instruments.db_certificate_expiry_timestamp_seconds.set({ of, source }, end / 1000)
  }
}

function grouped<One>(all: readonly One[], keyOf: (one: One) => string): ReadonlyMap<string, readonly One[]> {
  const groups = new Map<string, One[]>()
  for (const one of all) {
    const group = groups.get(keyOf(one))
    if (group) group.push(one)
    else groups.set(keyOf(one), [one])
  }
  return groups
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0)
}
