import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { PostgresServer } from '../postgres/server.ts'

/** A minimal secret store: an HTTP server that returns user and password as JSON. */
export interface LoginStore {
  /** Its URL. */
  readonly url: string
  /** Number of requests so far; a test may reset it. */
  asked: number
  /** Stops it. Idempotent. */
  stop(): Promise<void>
}

/** Starts a store with the login of `scram_user`. */
export async function startLoginStore(database: PostgresServer): Promise<LoginStore> {
  const server = createServer((_request, response) => {
    store.asked += 1
    response.end(JSON.stringify({ user: 'scram_user', password: database.password('scram_user') }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const store: LoginStore = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    asked: 0,
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  }
  return store
}
