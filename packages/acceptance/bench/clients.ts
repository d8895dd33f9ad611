import { readFileSync } from 'node:fs'
import { type SecureConfig, secureConfig } from '@verifull/pg'
import pg from 'pg'
import { type Destination, HOST, settingsOf } from './destination.ts'

/** The compared ways to connect from Node. */
export type Way = 'plain pg' | 'verifull' | 'verifull stream'

/** Returns a factory of clients. The configuration is made once, as an application does. */
export function clientsOf(way: Way, destination: Destination): () => pg.Client {
  if (way === 'plain pg') {
    const config = plainConfig(destination)
    return () => new pg.Client(config())
  }
  const config = verifullConfig(destination)
  return way === 'verifull' ? () => new config.Client() : () => new pg.Client(config)
}

/** The configuration for a verified connection that pg's documentation shows. */
function plainConfig({ port, user, password, database, roots }: Destination): () => pg.ClientConfig {
  const ca = readFileSync(roots, 'utf8')
  return () => ({ host: HOST, port, user, password, database, ssl: { ca } })
}

/** Verifull's configuration of the same connection. */
export function verifullConfig(destination: Destination): SecureConfig {
  return secureConfig({}, settingsOf(destination))
}

/** Connects, runs one query and returns the duration in ms, without the end of the session. */
export async function connectAndQuery(client: pg.Client): Promise<number> {
  const started = performance.now()
  await client.connect()
  await client.query('select 1')
  const took = performance.now() - started
  await client.end()
  return took
}
