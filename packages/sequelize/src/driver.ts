import { ConnectError, type Profile } from '@verifull/core'
import { type SecurePg, securePg } from '@verifull/pg'

type Config = ConstructorParameters<SecurePg['Client']>[0]

/** What Sequelize itself asks of the server before a connection counts as made. */
const FIRST_STATEMENTS =
  /^\s*(SET (standard_conforming_strings|client_min_messages|TIME ZONE)\b|WITH ranges AS \(\s*SELECT pg_range\.)/

/** Gives the pg module for Sequelize: its Client connects as the profiles say, and Sequelize's first statements are part of that. */
export function driverFor(
  profile: Profile,
  replicas: readonly Profile[],
  nameOf: (option: string) => string,
): SecurePg {
  const pg = securePg(profile, replicas, nameOf)

  class Client extends pg.Client {
    constructor(config?: Config) {
      super(config)
      endWhenLate(this, profile.deadlineMs)
    }
  }
  return { ...pg, Client }
}

/**
 * A server or pooler may admit a client and then say nothing, and Sequelize would wait without end for an answer to its
 * own first statements: Sequelize 6 does so before any limit of its pool begins.
 */
function endWhenLate(client: InstanceType<SecurePg['Client']>, deadlineMs: number): void {
  const due = performance.now() + deadlineMs
  client.once('connect', () => {
    const timer = setTimeout(giveUp, Math.max(1, due - performance.now()))
    client.once('end', () => clearTimeout(timer))
  })

  function giveUp(): void {
    if (!FIRST_STATEMENTS.test(runningStatement(client))) return
    const message = `timeout expired: no answer to Sequelize's first statements within ${deadlineMs / 1000} s in all`
    // To the statement alone: at an error of the client Sequelize looks in its pool for what is not there yet, and fails.
    client.connection.emit('errorMessage', new ConnectError('ETIMEDOUT', message))
    client.end()
    client.connection.stream.destroy()
  }
}

/** pg's own field; the name without the underscore was the older one. */
function runningStatement(client: object): string {
  const field = '_activeQuery' in client ? '_activeQuery' : 'activeQuery'
  return (client as Record<string, { readonly text?: string } | null | undefined>)[field]?.text ?? ''
}
