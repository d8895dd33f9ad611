/** A query for the server's view of the current session. */
export const SESSION_SEEN = `select ssl, current_user as user, inet_server_port() as port
  from pg_stat_ssl where pid = pg_backend_pid()`
