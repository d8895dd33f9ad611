import { AsyncResource } from 'node:async_hooks'
import {
  type AcquireTrace,
  isTimed,
  isTraced,
  type ReportedFailure,
  reportedFailure,
  tellOutcome,
  tellStart,
} from '@verifull/core/adapter'
import pg, { type ClientBase } from 'pg'
import { connectionOf } from './client-connection.ts'
import type { Lent } from './pg-pool.ts'
import type { WatchedPool } from './watched-pool.ts'

/** pg's own fields, which show the server that was connected to. */
type Connected = ClientBase & { readonly host?: string; readonly port?: number }

const ACQUIRE = 'verifull:pool:acquire'
const UNKNOWN = { host: undefined, port: undefined } as const

/**
 * Returns the checkout that begins now; undefined while nobody follows `verifull:pool:acquire`, nobody listens to the times of
 * checkouts, and no leaks are looked for.
 *
 * @param caller The function whose callers are shown for a leak.
 */
export function followedCheckout(
  pool: WatchedPool,
  caller: (...args: never[]) => unknown,
): FollowedCheckout | undefined {
  const isTold = isTraced(ACQUIRE)
  if (!isTold && !isTimed() && !pool.looksForLeaks) return undefined
  return new FollowedCheckout(pool, isTold ? contextOf(pool) : undefined, pool.stackOf(caller))
}

/** A checkout that somebody follows: its time, its trace, and the code that made it. */
export class FollowedCheckout {
  readonly #pool: WatchedPool
  readonly #context: AcquireTrace | undefined
  readonly #stack: string | undefined
  readonly #began = performance.now()

  constructor(pool: WatchedPool, context: AcquireTrace | undefined, stack: string | undefined) {
    this.#pool = pool
    this.#context = context
    this.#stack = stack
  }

  /** Runs what asks the library for a client. */
  run<Asked>(ask: () => Asked): Asked {
    return this.#context ? tellStart(ACQUIRE, this.#context, ask) : ask()
  }

  /** Runs what resolves to a lent client, and tells of its outcome. */
  follow<Client extends ClientBase>(ask: () => Promise<Client>): Promise<Client> {
    return this.run(ask).then(
      (client) => {
        this.lent(client)
        return client
      },
      (error) => {
        this.failed(error)
        throw error
      },
    )
  }

  /**
   * Returns a callback for pg-pool that tells of the outcome, and then calls the given one. A checkout that waits keeps it, and
   * pg-pool calls it in the asynchronous context of the checkout before; what is told, and what is called, has that of this call.
   */
  callback(given: Lent, waits: boolean): Lent {
    const resource = waits && this.#context ? new AsyncResource('VERIFULL_CHECKOUT') : undefined
    return (error, client, release) => {
      if (resource) resource.runInAsyncScope(this.#answer, this, given, error, client, release)
      else this.#answer(given, error, client, release)
    }
  }

  #answer(given: Lent, failure: Error | undefined, client?: ClientBase, release?: () => void): void {
    if (client) this.lent(client)
    if (failure) this.failed(failure)
    given(failure, client, release)
  }

  /** To be called when a client is lent, and its pool knows that. */
  lent(client: Connected): void {
    const connection = connectionOf(client)
    const waitedMs = (connection?.lentSince || performance.now()) - this.#began
    if (connection) connection.lentBy = this.#stack
    this.#pool.timer.tell('wait', waitedMs)
    if (!this.#context) return
    this.#context.serverAddress = client.host
    this.#context.serverPort = client.port
    this.#context.result = { waitedMs }
    tellOutcome(ACQUIRE, this.#context)
  }

  /** To be called when none is lent. */
  failed(error: unknown): void {
    this.#pool.timer.tell('wait', performance.now() - this.#began)
    this.#tellFailure(error)
  }

  /** To be called when the library is not asked. */
  refused(refusal: Error): void {
    this.run(() => {})
    this.#tellFailure(refusal)
  }

  #tellFailure(error: unknown): void {
    if (!this.#context) return
    this.#context.error = failureOf(error)
    tellOutcome(ACQUIRE, this.#context)
  }
}

function contextOf({ name, source, profile }: WatchedPool): AcquireTrace {
  const first = profile?.endpoints[0]
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

function failureOf(error: unknown): ReportedFailure {
  if (!(error instanceof pg.DatabaseError)) return reportedFailure(error)
  return { name: 'DatabaseError', code: error.code ?? 'UNKNOWN', message: error.message }
}
