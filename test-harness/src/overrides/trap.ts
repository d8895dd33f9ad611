import { plaintextDowngrader } from '../hostile/man-in-the-middle.ts'
import type { HostileServer } from '../hostile/server.ts'
import type { Target } from '../network/endpoint.ts'

/** Where overrides lead: to a server without TLS, which writes down who came. */
export interface Trap extends HostileServer {
  /** A URL that leads there, as another user. */
  readonly url: string
  /** libpq's variables that lead there. */
  readonly variables: Readonly<Record<string, string>>
}

/** Starts one that relays to a real server, so that whoever comes gets in. */
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
