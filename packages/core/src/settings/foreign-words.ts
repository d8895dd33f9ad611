import { own } from './own.ts'

const SEARCH_PATH = "libpq's word is options=-c search_path=NAME"
const POOL = 'it belongs to the pool, not to the connection string: remove it and set it in the options of the pool'
const CERTIFICATES = 'use sslmode=verify-full, with the CA certificate of the server in sslrootcert'

/** Words of other drivers in connection strings, and what to write instead. */
const FOREIGN: Readonly<Record<string, string>> = {
  uselibpqcompat: 'remove it: sslmode already means what it means in libpq',
  sslaccept: CERTIFICATES,
  sslfactory: CERTIFICATES,
  sslidentity: 'use sslcert, sslkey and sslpassword',
  sslca: 'use sslrootcert',
  rejectunauthorized: CERTIFICATES,
  tls: 'use sslmode',
  tlsmode: 'use sslmode',
  keyexchange: 'libpq has no such parameter: use settings.keyExchange, or DB_KEY_EXCHANGE',
  username: 'use user',
  pass: 'use password',
  schema: SEARCH_PATH,
  search_path: SEARCH_PATH,
  currentschema: SEARCH_PATH,
  statement_timeout: "libpq's word is options=-c statement_timeout=MILLISECONDS",
  lock_timeout: "libpq's word is options=-c lock_timeout=MILLISECONDS",
  idle_in_transaction_session_timeout: "libpq's word is options=-c idle_in_transaction_session_timeout=MILLISECONDS",
  targetservertype: 'use target_session_attrs',
  logintimeout: 'use connect_timeout',
  sockettimeout: 'use tcp_user_timeout, or options=-c statement_timeout=MILLISECONDS',
  socket_timeout: 'use tcp_user_timeout, or options=-c statement_timeout=MILLISECONDS',
  pgbouncer: 'remove it: it is a word of Prisma',
  connection_limit: POOL,
  pool_timeout: POOL,
  pool_max_conns: POOL,
  statement_cache_size: POOL,
  max: POOL,
}

/** What to write instead of a word that another driver has and libpq has not. */
export function insteadOf(word: string): string | undefined {
  const plain = word.toLowerCase()
  return own(FOREIGN, plain) ?? own(FOREIGN, plain.replace(/[-_]/g, ''))
}
