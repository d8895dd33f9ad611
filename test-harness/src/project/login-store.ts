import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { PostgresServer } from '../postgres/server.ts'

/** A store of secrets, as an application of its own has one: it gives user and password as JSON to whoever asks. */
export interface LoginStore {
  readonly url: string
  /** How often it has been asked; a test may set it back. */
  asked: number
  stop(): Promise<void>
}

/** Starts one that has the login of `scram_user`. */
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
