import {
  type AcquireTrace,
  hostAndPort,
  type Profile,
  type ReportedFailure,
  reportedFailure,
  trace,
} from '@verifull/core/adapter'
import pg, { type ClientBase, type PoolClient } from 'pg'

/** The pool of a checkout. */
export interface TracedPool {
  readonly name: string
  readonly source: string
  readonly profile: Profile | undefined
}

/** pg-pool's callback of a checkout. */
export type Lent = (error: Error | undefined, client?: ClientBase, release?: () => void) => void

/** pg's own fields, which show the server that was connected to. */
type Connected = ClientBase & { readonly host?: string; readonly port?: number }

/** Lends a client, and tells those who follow `verifull:pool:acquire` of it; to be called while somebody does. */
export function tracedCheckout<Client extends ClientBase>(
  { name, source, profile }: TracedPool,
  checkout: () => Promise<Client>,
): Promise<Client> {
  const [first] = profile?.endpoints ?? []
  const { host, port } = first && first.kind !== 'in-secret' ? hostAndPort(first) : {}
  const { database, user } = profile ?? {}
  const context: AcquireTrace = { pool: name, source, serverAddress: host, serverPort: port, database, user }
  const began = performance.now()
  return trace('verifull:pool:acquire', context, checkout, {
    succeeded(client: Connected) {
      context.serverAddress = client.host
      context.serverPort = client.port
      context.result = { waitedMs: performance.now() - began }
    },
    failed: failureOf,
  })
}

/** The same for a caller that gives a callback, which is called in the asynchronous context of the caller, as a promise is. */
export function tracedCallback(pool: TracedPool, checkout: () => Promise<PoolClient>, given: Lent): void {
  // Outside of the promise, so that an error in the callback is the application's own.
  tracedCheckout(pool, checkout).then(
    (client) => process.nextTick(given, undefined, client, client.release),
    (error: Error) => process.nextTick(given, error, undefined, () => {}),
  )
}

function failureOf(error: unknown): ReportedFailure {
  if (!(error instanceof pg.DatabaseError)) return reportedFailure(error)
  return { name: 'DatabaseError', code: error.code ?? 'UNKNOWN', message: error.message }
}
