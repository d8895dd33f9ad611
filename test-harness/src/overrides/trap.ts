import { plaintextDowngrader } from '../hostile/man-in-the-middle.ts'
import type { HostileServer } from '../hostile/server.ts'
import type { Target } from '../network/endpoint.ts'

/** The target of overrides: a server without TLS that records its clients. */
export interface Trap extends HostileServer {
  /** A URL of the trap, with another user. */
  readonly url: string
  /** libpq's variables for the trap. */
  readonly variables: Readonly<Record<string, string>>
}

/** Starts a trap that relays to a real server, so that logins succeed. */
export async function startTrap(wanted: { readonly to: Target }): Promise<Trap> {
  const server = await plaintextDowngrader(wanted)
  return {
    ...server,
    url: `postgres://trust_user:x@127.0.0.1:${server.port}/app?sslmode=disable`,
    variables: {
      PGHOST: server.host,
      PGPORT: String(server.port),
      PGUSER: 'trust_user',
      PGPASSWORD: 'hostile',
      PGDATABASE: 'hostile',
      PGSSLMODE: 'disable',
      PGSSLNEGOTIATION: 'direct',
    },
  }
}
