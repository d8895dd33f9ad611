import { ConnectError, type Profile } from '@verifull/core'
import { type SecurePg, securedBy, securePg, type WatchLimits } from '@verifull/pg'
import { SEQUELIZE_POOL } from './pool-protocol.ts'

type Config = ConstructorParameters<SecurePg['Client']>[0]

type Client = InstanceType<SecurePg['Client']>

let made: Client | undefined

/** Runs `make`, and returns its result with the client that it made at once. */
export function makingClient<Result>(make: () => Result): {
  readonly result: Result
  readonly client: Client | undefined
} {
  made = undefined
  const result = make()
  return { result, client: made }
}

/** The first statements of Sequelize on a connection, before it counts as made. */
const FIRST_STATEMENTS =
  /^\s*(SET (standard_conforming_strings|client_min_messages|TIME ZONE)\b|WITH ranges AS \(\s*SELECT pg_range\.)/

/**
 * Returns the pg module for Sequelize: its Client connects through the profiles, and Sequelize's first statements count
 * as part of that.
 */
export function driverFor(
  profile: Profile,
  replicas: readonly Profile[],
  nameOf: (option: string) => string,
  { maxWaiting, leakDetectionMs }: WatchLimits,
): SecurePg {
  const pg = securePg(profile, replicas, nameOf, SEQUELIZE_POOL)

  class Client extends pg.Client {
    constructor(config?: Config) {
      super(config)
      made = this
      endWhenLate(this, profile.deadlineMs)
    }
  }
  Object.assign(securedBy(pg) ?? {}, { limits: { maxWaiting, leakDetectionMs } })
  return { ...pg, Client }
}

/**
 * Ends a connection whose first statements take too long. A server or pooler may accept a client and then not answer,
 * and Sequelize would wait without limit: Sequelize 6 runs the statements before any limit of its pool begins.
 */
function endWhenLate(client: Client, deadlineMs: number): void {
  const due = performance.now() + deadlineMs
  client.once('connect', () => {
    const timer = setTimeout(giveUp, Math.max(1, due - performance.now()))
    client.once('end', () => clearTimeout(timer))
  })

  function giveUp(): void {
    if (!FIRST_STATEMENTS.test(runningStatement(client))) return
    const message = `timeout expired: no answer to Sequelize's first statements within ${deadlineMs / 1000} s in all`
    // To the statement alone: at an error of the client Sequelize searches its pool for a connection that is not there
    // yet.
    client.connection.emit('errorMessage', new ConnectError('ETIMEDOUT', message))
    client.end()
    client.connection.stream.destroy()
  }
}

/** Reads pg's own field; the name without the underscore is the older one. */
function runningStatement(client: object): string {
  const field = '_activeQuery' in client ? '_activeQuery' : 'activeQuery'
  return (client as Record<string, { readonly text?: string } | null | undefined>)[field]?.text ?? ''
}
