import type { PoolCounts } from '../errors/pool-error.ts'
import type { PublishedCertificate } from './certificate.ts'
import type { CredentialsOrigin } from './credentials.ts'
import type { ReportedFailure } from './reported-failure.ts'

/** The state of pools, servers, secrets and certificates at one moment: plain data, without secrets. */
export interface Stats {
  readonly at: Date
  readonly pools: readonly PoolStats[]
  readonly endpoints: readonly EndpointStats[]
  /** Secrets that may change: those of stores, functions and files. */
  readonly credentials: readonly CredentialsStats[]
  readonly certificates: readonly CertificateStats[]
}

/** A pool. */
export interface PoolStats {
  /** Unique in the process: `db.example:5432/orders`, and `… #2` for a second one. */
  readonly name: string
  /** Library of the pool: `pg` (TypeORM's too), `sequelize`, `knex`. */
  readonly source: string
  /** Undefined if no replicas are configured. */
  readonly role: 'primary' | 'replica' | undefined
  /** The first server that is configured; undefined if only a secret names it. */
  readonly endpoint: { readonly host: string; readonly port: number } | undefined
  /** Undefined for the one that the server chooses. */
  readonly database: string | undefined
  /** Least number of sessions that the pool keeps. */
  readonly min: number
  readonly counts: PoolCounts
  /** Sessions that are being made. */
  readonly connecting: number
  /** Age of the oldest checkout; 0 if nothing is lent. */
  readonly oldestCheckoutMs: number
  /** Age of the oldest checkout whose statement goes on; 0 if none does. */
  readonly oldestRunningMs: number
  readonly totals: PoolTotals
  /** Times of its checkouts since a monitor began; absent without one. */
  readonly timings?: PoolTimings
}

/** Times of the checkouts of a pool. */
export interface PoolTimings {
  /** Until a session was lent, or until the checkout failed. */
  readonly wait: TimingStats
  /** From then on until it was given back. */
  readonly use: TimingStats
}

/** A number of times. */
export interface TimingStats {
  readonly count: number
  readonly sumMs: number
  readonly maxMs: number
}

/** Numbers of a pool since it was made. */
export interface PoolTotals {
  /** Sessions that were lent. */
  readonly checkouts: number
  /** Sessions that were made. */
  readonly opened: number
  /** Sessions that left, by the reason. */
  readonly retired: Readonly<Record<string, number>>
  /** Checkouts that waited in vain. */
  readonly timeouts: number
  /** Checkouts that were refused, because as many as may wait were waiting. */
  readonly refused: number
  readonly leaks: number
}

/** A server at one address, by one of the names that it is reached by. */
export interface EndpointStats {
  readonly host: string
  readonly port: number
  /** IP address, or path of a Unix socket. */
  readonly address: string
  /** State of its circuit breaker. */
  readonly breaker: 'closed' | 'open' | 'half-open'
  /** Code of its failure since the last success; undefined without one. */
  readonly failure: string | undefined
  /** Undefined for a server that has reported no role yet. */
  readonly isStandby: boolean | undefined
  readonly isReadOnly: boolean | undefined
  /** Time by which a replica is behind its primary, at most twice `maxLagMs`; undefined without `maxLagMs`. */
  readonly lagMs: number | undefined
  /** Open sessions of this process. */
  readonly sessions: number
  /** Those of them without TLS. */
  readonly plaintextSessions: number
  /** Beginning of the latest session, which the properties below are about; undefined before the first. */
  readonly connectedAt: Date | undefined
  /** Undefined for plaintext. */
  readonly tls: EndpointTls | undefined
  /** The method that the server asked for, as `require_auth` names it. */
  readonly authentication: string | undefined
  /** True if SCRAM was bound to the TLS channel. */
  readonly channelBound: boolean | undefined
  readonly serverVersion: string | undefined
}

/** TLS of a session. */
export interface EndpointTls {
  /** `TLSv1.3`. */
  readonly protocol: string
  readonly cipher: string
  /** Key exchange group, if Node reports it. */
  readonly group: string | undefined
  /** Checks of the server's certificate: none, its chain (`ca`), or its chain and its name (`full`). */
  readonly verification: 'none' | 'ca' | 'full'
}

/** A secret that may change. */
export interface CredentialsStats extends CredentialsOrigin {
  readonly version: string | undefined
  /** Number of the secret, from 1 for the first that was fetched; 0 before it. */
  readonly generation: number
  readonly fetchedAt: Date | undefined
  /** Time since it was fetched. */
  readonly ageMs: number | undefined
  readonly expiresAt: Date | undefined
  /** True if it is past its time, because no newer one could be fetched. */
  readonly isStale: boolean
  /** The latest failure since the last success. */
  readonly failure: ReportedFailure | undefined
}

/** A certificate that connections depend on. */
export interface CertificateStats extends PublishedCertificate {
  /** The server's own, the client's, or one above them: those that the server sends, and those of `sslrootcert`. */
  readonly of: 'server' | 'client' | 'ca'
  /** `host:port` of the server that sends it, or the path or setting that it comes from. */
  readonly source: string
  /** Whole days until it expires; negative after its end. */
  readonly daysLeft: number
  /**
   * True if it should have been renewed: it has 30 days left and a third of its life, or a tenth if it lives for less than 30
   * days; and after its end.
   */
  readonly isExpiring: boolean
}
