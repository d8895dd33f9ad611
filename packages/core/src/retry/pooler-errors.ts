/** One error of a pooler about the servers behind it, or about its own limits. */
export interface PoolerError {
  /** Product that sends it, and the place in its source. */
  readonly from: string
  /** SQLSTATEs of the error. */
  readonly codes: readonly string[]
  readonly text: RegExp
  /** `no-server`: the client got no session of a server, so nothing of its work happened. `ended`: it may have had one. */
  readonly means: 'no-server' | 'ended'
}

/** States of the server that PgBouncer remembers for `server_login_retry`; it remembers rejected passwords, too. */
const PASSING_CAUSE =
  '(connect failed|cannot connect|connect timeout|server conn crashed\\?|server DNS lookup failed|server lifetime over|the database system is .*|sorry, too many clients already|remaining connection slots .*)'

/** Errors of poolers that end by themselves, with SQLSTATEs that also stand for errors that last. */
export const POOLER_ERRORS: readonly PoolerError[] = [
  {
    from: 'PgBouncer: src/client.c check_db_connection_count(), check_user_connection_count()',
    codes: ['08P01'],
    text: /^client connections exceeded \(max_(db|user)_(client_)?connections\)$/,
    means: 'no-server',
  },
  {
    from: 'PgBouncer: src/client.c, src/janitor.c, src/objects.c',
    codes: ['08P01'],
    text: /^(no more connections allowed.*|query_wait_timeout|client_login_timeout.*|pgbouncer cannot connect to server|the database system is .*|pgbouncer is shutting down|pooler is shutting down|server shutting down)$/i,
    means: 'no-server',
  },
  {
    from: 'PgBouncer: src/objects.c check_fast_fail(), from 1.23 on with the reasons of disconnect_server()',
    codes: ['08P01'],
    text: new RegExp(
      `^server login has been failing, (try again later|cached error: ${PASSING_CAUSE}) \\(server_login_retry\\)$`,
      'i',
    ),
    means: 'no-server',
  },
  {
    from: 'PgBouncer: src/server.c, src/admin.c KILL and SUSPEND, src/janitor.c',
    codes: ['08P01'],
    text: /^(server conn crashed\?|unexpected eof|admin forced disconnect|database removed|suspend_timeout|database configuration changed|connect string changed)$/,
    means: 'ended',
  },
  {
    from: 'Supavisor: lib/supavisor/errors, checkout_timeout_error.ex, max_client_connections_error.ex, session_max_clients_error.ex',
    codes: ['XX000'],
    text: /^\((ECHECKOUTTIMEOUT|EMAXCLIENTCONN|EMAXCLIENTSESSION|EMAXCONNSESSION)\) |^max client connections reached|^MaxClientsInSessionMode: /i,
    means: 'no-server',
  },
  {
    from: 'Pgpool-II: src/protocol/child.c connect_backend(), src/main/pgpool_main.c',
    codes: ['XX000', '08006', '57000'],
    text: /^(failed to create a backend connection|all backend nodes are down, pgpool requires at least one valid node|pgpool is not accepting any (new|more) connections)/,
    means: 'no-server',
  },
  {
    from: 'PgCat: src/client.rs, where it gets a server from its pool',
    codes: ['58000', 'XX000'],
    text: /^could not get connection from the pool/i,
    means: 'no-server',
  },
]

/** Most characters of a pooler's message; a longer one is not searched. */
const LONGEST = 1000

/** Returns the pooler's error among {@link POOLER_ERRORS} that has this code and message; undefined if there is none. */
export function poolerErrorOf({
  code,
  message,
}: {
  readonly code?: unknown
  readonly message?: unknown
}): PoolerError | undefined {
  if (typeof code !== 'string' || typeof message !== 'string' || message.length > LONGEST) return undefined
  return POOLER_ERRORS.find(({ codes, text }) => codes.includes(code) && text.test(message))
}
