/** A query for what the server sees of the session that asks. */
export const SESSION_SEEN = `select ssl, current_user as user, inet_server_port() as port
  from pg_stat_ssl where pid = pg_backend_pid()`
