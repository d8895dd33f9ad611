import { didYouMean } from '../text/did-you-mean.ts'
import { quote } from '../text/quote.ts'
import { own } from '../text/record.ts'
import { PARAMETER_NAMES } from './parameters.ts'

/** Returns the sentence for a word that is no parameter; undefined if it resembles none and may be part of a secret. */
export function recognized(word: string, source: string): string | undefined {
  const instead = insteadOf(word)
  if (instead !== undefined) return `unknown parameter ${quote(word)} (from ${source}); ${instead}`
  const meant = didYouMean(word, PARAMETER_NAMES)
  if (meant === undefined) return undefined
  return `unknown parameter ${quote(word)} (from ${source}); did you mean ${meant === 'database' ? 'dbname' : meant}?`
}

/**
 * Returns the parameter `options` with a run-time parameter in it, in a URL's spelling: several are separated by %20 in
 * one `options`.
 */
function option(setting: string, value: string): string {
  return `libpq's word is options; in a URL write options=-c%20${setting}%3D${value}, elsewhere options=-c ${setting}=${value}`
}

const SEARCH_PATH = option('search_path', 'NAME')
const PRISMA = 'remove it: it is a word of Prisma'
const POOL = 'it belongs to the pool, not to the connection string: remove it and set max of the pool (DB_POOL_MAX)'
const WAIT =
  'it belongs to the pool, not to the connection string: remove it and set DB_CONNECTION_TIMEOUT, in milliseconds'
const CERTIFICATES = 'use sslmode=verify-full, with the CA certificate of the server in sslrootcert'

/** Words of other drivers in connection strings, with the alternative to each. */
const FOREIGN: Readonly<Record<string, string>> = {
  uselibpqcompat: 'remove it: sslmode already means what it means in libpq',
  sslaccept: CERTIFICATES,
  sslfactory: CERTIFICATES,
  sslidentity: 'use sslcert and sslkey, as PEM (openssl pkcs12 takes them out of the file), and sslpassword',
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
  statement_timeout: option('statement_timeout', 'MILLISECONDS'),
  lock_timeout: option('lock_timeout', 'MILLISECONDS'),
  idle_in_transaction_session_timeout: option('idle_in_transaction_session_timeout', 'MILLISECONDS'),
  targetservertype: 'use target_session_attrs',
  logintimeout: 'use connect_timeout',
  sockettimeout: option('statement_timeout', 'MILLISECONDS'),
  socket_timeout: option('statement_timeout', 'MILLISECONDS'),
  pgbouncer: PRISMA,
  connection_limit: POOL,
  pool_timeout: WAIT,
  pool_max_conns: POOL,
  statement_cache_size: PRISMA,
  max: POOL,
}

/** Returns the alternative to a word of another driver that is no parameter of libpq. */
export function insteadOf(word: string): string | undefined {
  const plain = word.toLowerCase()
  return own(FOREIGN, plain) ?? own(FOREIGN, plain.replace(/[-_]/g, ''))
}
