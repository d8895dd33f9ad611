import { readFileSync } from 'node:fs'
import { type SecureConfig, type Settings, secureConfig } from '@verifull/pg'
import pg from 'pg'
import type { Destination } from './destination.ts'

/** The ways to connect from Node that are compared. */
export type Way = 'plain pg' | 'verifull' | 'verifull stream'

/** An address, so that no resolver is measured; the certificates are for it too. */
export const HOST = '127.0.0.1'

/** Gives what makes a client of that way: the configuration is made once, as an application does. */
export function clientsOf(way: Way, destination: Destination): () => pg.Client {
  if (way === 'plain pg') {
    const config = plainConfig(destination)
    return () => new pg.Client(config())
  }
  const config = verifullConfig(destination)
  return way === 'verifull' ? () => new config.Client() : () => new pg.Client(config)
}

/** What pg's documentation tells a user to write for a verified connection. */
function plainConfig({ port, user, password, database, roots }: Destination): () => pg.ClientConfig {
  const ca = readFileSync(roots, 'utf8')
  return () => ({ host: HOST, port, user, password, database, ssl: { ca } })
}

/** Gives Verifull's configuration of the connection, as an application makes it. */
export function verifullConfig(destination: Destination): SecureConfig {
  return secureConfig({}, settingsOf(destination))
}

/** Says everything; the environment, in which the measurement runs, says nothing. */
export function settingsOf({ port, user, password, database, roots }: Destination): Settings {
  return { host: HOST, port, user, password, database, sslrootcert: roots, environment: {} }
}

/** Connects, asks one thing and tells how many milliseconds that took; the goodbye is not counted. */
export async function connectAndQuery(client: pg.Client): Promise<number> {
  const started = performance.now()
  await client.connect()
  await client.query('select 1')
  const took = performance.now() - started
  await client.end()
  return took
}
