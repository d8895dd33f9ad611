import {
  type AcquireTrace,
  type Profile,
  type ReportedFailure,
  reportedFailure,
  type Told,
  trace,
  traceCallback,
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

const ACQUIRE = 'verifull:pool:acquire'
const UNKNOWN = { host: undefined, port: undefined } as const

/** Lends a client, and tells those who follow `verifull:pool:acquire` of it; to be called while somebody does. */
export function tracedCheckout<Client extends ClientBase>(
  pool: TracedPool,
  checkout: () => Promise<Client>,
): Promise<Client> {
  const context = contextOf(pool)
  return trace(ACQUIRE, context, checkout, outcomeIn(context))
}

/** The same for a caller that gives a callback, which is called in the asynchronous context of the caller, as a promise is. */
export function tracedCallback(pool: TracedPool, checkout: () => Promise<PoolClient>, given: Lent): void {
  // Outside of the promise, so that an error in the callback is the application's own.
  tracedCheckout(pool, checkout).then(
    (client) => process.nextTick(given, undefined, client, client.release),
    (error: Error) => process.nextTick(given, error, undefined, () => {}),
  )
}

/** The same for a client that is idle: pg-pool calls back in the context of the caller, and a promise would cost as much again. */
export function tracedIdle(pool: TracedPool, checkout: (lent: Lent) => unknown, given: Lent): void {
  const context = contextOf(pool)
  const { succeeded, failed } = traceCallback(ACQUIRE, context, outcomeIn(context))
  checkout((error, client, release) => {
    if (client) succeeded(client)
    else failed(error)
    given(error, client, release)
  })
}

function contextOf({ name, source, profile }: TracedPool): AcquireTrace {
  const [first] = profile?.endpoints ?? []
  const { host, port } = first && first.kind !== 'in-secret' ? first : UNKNOWN
  return {
    pool: name,
    source,
    serverAddress: host,
    serverPort: port,
    database: profile?.database,
    user: profile?.user,
  }
}

function outcomeIn(context: AcquireTrace): Told<Connected> {
  const began = performance.now()
  return {
    succeeded(client) {
      context.serverAddress = client.host
      context.serverPort = client.port
      context.result = { waitedMs: performance.now() - began }
    },
    failed: failureOf,
  }
}

function failureOf(error: unknown): ReportedFailure {
  if (!(error instanceof pg.DatabaseError)) return reportedFailure(error)
  return { name: 'DatabaseError', code: error.code ?? 'UNKNOWN', message: error.message }
}
