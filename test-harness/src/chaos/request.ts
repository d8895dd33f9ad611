import type { Target } from '../network/endpoint.ts'
import type { PostgresCluster } from '../postgres/cluster.ts'
import type { WorkRequest } from '../suite/work.ts'

/** Cluster and pool of a client under load. */
export interface ChaosRequestWanted {
  readonly cluster: PostgresCluster
  /** Path of the CA certificate of its servers, PEM. */
  readonly ca: string
  /** Pool size. Default 10. */
  readonly connections?: number
  /** Limit of a checkout, in ms. Default 15 000. */
  readonly checkoutMs?: number
  /** Relay in the place of the present primary. Default: none. */
  readonly relay?: Target
  /** The only host, for a driver that takes one. Default: all servers. */
  readonly alone?: Target
}

/** The request for `open`: all servers in order, with the primary wanted. */
export function chaosRequest(wanted: ChaosRequestWanted): WorkRequest {
  const { cluster, ca, connections = 10, checkoutMs = 15_000, relay, alone } = wanted
  const { servers, primary } = cluster
  const hosts = alone ? [alone] : servers.map((server) => (relay && server === primary ? relay : server))
  return {
    parameters: {
      host: hosts.map(() => 'localhost').join(','),
      port: hosts.map(({ port }) => port).join(','),
      dbname: primary.database,
      user: 'scram_user',
      password: primary.password('scram_user'),
      sslmode: 'verify-full',
      sslrootcert: ca,
      ...(!alone && { target_session_attrs: 'read-write' }),
    },
    environment: { NODE_ENV: 'production' },
    timeoutMs: checkoutMs,
    poolSize: connections,
  }
}
