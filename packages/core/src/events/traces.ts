import { type TracingChannel, tracingChannel } from 'node:diagnostics_channel'
import type { FailedAttempt } from '../errors/connect-error.ts'
import type { PublishedCertificate } from './certificate.ts'
import type { PhaseTiming } from './phase.ts'
import type { ReportedFailure } from './reported-failure.ts'

/**
 * The contexts of each `tracingChannel()`: one object for all events of an operation, to which its outcome is added. Plain
 * data, without secrets and without live objects.
 */
export interface Traces {
  /** A connection is made: all hosts, attempts and rounds until a session is ready, or until it is given up. */
  readonly 'verifull:connect': ConnectTrace
  /** A file, a function or a store is asked for a secret. Connections that need the same one share the request. */
  readonly 'verifull:credentials:fetch': FetchTrace
  /** A pool is asked for a session, until it lends one or the checkout fails. */
  readonly 'verifull:pool:acquire': AcquireTrace
}

/** Name of a `tracingChannel()`. */
export type TraceName = keyof Traces

/** The context of a connection. */
export interface ConnectTrace extends Outcome {
  /** Host of the first server that is configured, and then of the one that was connected to; undefined if only a secret names it. */
  serverAddress: string | undefined
  serverPort: number | undefined
  /** Undefined for the one that the server chooses. */
  readonly database: string | undefined
  /** User of the settings, and then the one that logged in; undefined if only a secret names it. */
  user: string | undefined
  /** The phases so far, in order; a connection that is tried again has each of them again. */
  readonly phases: readonly PhaseTiming[]
  /** The attempts that failed, of the latest round. */
  readonly attempts: readonly FailedAttempt[]
  /** The connection, once there is one. */
  result?: ConnectedServer
}

/** The server of a connection. */
export interface ConnectedServer {
  /** Configured host, which the certificate was checked for; the folder of a Unix socket. */
  readonly host: string
  /** IP address that was dialed; the path of a Unix socket. */
  readonly address: string
  readonly port: number
  readonly user: string
  readonly encrypted: boolean
  /** Undefined for plaintext. */
  readonly tls: ConnectedTls | undefined
  /** The method that the server asked for, as `require_auth` names it. */
  readonly authentication: string
  /** True if SCRAM was bound to the TLS channel. */
  readonly channelBound: boolean
  readonly serverVersion: string | undefined
}

/** TLS of a connection. */
export interface ConnectedTls {
  /** `TLSv1.3`. */
  readonly protocol: string
  readonly cipher: string
  /** Key exchange group, if Node reports it. */
  readonly group: string | undefined
  /** Protocol selected by ALPN. */
  readonly alpn: string | undefined
  /** Checks of the server's certificate: none, its chain (`ca`), or its chain and its name (`full`). */
  readonly verification: 'none' | 'ca' | 'full'
  readonly certificate: PublishedCertificate
  /** True if a client certificate was sent. */
  readonly clientCertificate: boolean
}

/** The context of a request for a secret. */
export interface FetchTrace extends Outcome {
  /** Source of the secret: `settings.secrets`, `SECRETS_BACKEND=vault`. */
  readonly source: string
  /** Host of the server that the secret is for; undefined for a secret for all servers. */
  readonly serverAddress: string | undefined
  readonly serverPort: number | undefined
  /** Version and end of the secret, once there is one. */
  result?: { readonly version: string | undefined; readonly expiresAt: Date | undefined }
}

/** The context of a checkout. */
export interface AcquireTrace extends Outcome {
  /** Name of the pool, unique in the process: `db.example:5432/orders`. */
  readonly pool: string
  /** Library of the pool: `pg` (TypeORM's too), `sequelize`, `knex`. */
  readonly source: string
  /** Host of the first server that is configured, and then of the session; undefined if only a secret names it. */
  serverAddress: string | undefined
  serverPort: number | undefined
  /** Undefined for the one that the server chooses. */
  readonly database: string | undefined
  /** User of the settings; undefined if only a secret names it. */
  readonly user: string | undefined
  /** The checkout, once there is a session. */
  result?: { readonly waitedMs: number }
}

/** The outcome of an operation; nothing while it goes on. */
export interface Outcome {
  result?: object
  error?: ReportedFailure
}

/** Node forgets a channel, and who subscribed to it, where nothing holds it. */
const channels = {
  'verifull:connect': tracingChannel('verifull:connect'),
  'verifull:credentials:fetch': tracingChannel('verifull:credentials:fetch'),
  'verifull:pool:acquire': tracingChannel('verifull:pool:acquire'),
} satisfies Record<TraceName, unknown>

/** All names of a `tracingChannel()`. */
export const TRACE_NAMES = Object.keys(channels) as readonly TraceName[]

/** True while an operation is followed: its context is made only then. */
export function isTraced(name: TraceName): boolean {
  return channels[name].hasSubscribers
}

/** The ways in which a context is told of its outcome. */
interface Told<Result> {
  readonly succeeded: (result: Result) => void
  readonly failed: (error: unknown) => ReportedFailure
}

/**
 * Runs an operation and tells the subscribers of its beginning and end, as `tracePromise()` does, except that the context gets
 * plain data and neither the result nor the error itself.
 */
export function trace<Name extends TraceName, Result>(
  name: Name,
  context: Traces[Name],
  work: () => Promise<Result>,
  { succeeded, failed }: Told<Result>,
): Promise<Result> {
  return tellStart(name, context, work).then(
    (result) => {
      succeeded(result)
      tellOutcome(name, context)
      return result
    },
    (failure: unknown) => {
      context.error = failed(failure)
      tellOutcome(name, context)
      throw failure
    },
  )
}

/** Runs the beginning of an operation in the stores of the subscribers, and tells them of it. */
export function tellStart<Name extends TraceName, Result>(
  name: Name,
  context: Traces[Name],
  work: () => Result,
): Result {
  const { start, end } = channels[name] as TracingChannel<unknown, Outcome>
  return start.runStores(context, () => {
    const begun = work()
    end.publish(context)
    return begun
  })
}

/** Tells the subscribers that an operation has ended; its outcome is in the context. */
export function tellOutcome<Name extends TraceName>(name: Name, context: Traces[Name]): void {
  const { asyncStart, asyncEnd, error } = channels[name] as TracingChannel<unknown, Outcome>
  if (context.error) error.publish(context)
  asyncStart.publish(context)
  asyncEnd.publish(context)
}
