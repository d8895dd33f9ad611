import { readFileSync } from 'node:fs'
import type { RehearsalAdapter, WorkRequest } from '@verifull/test-harness'
import pg from 'pg'
import { keeping, type PlainSecret, reading } from './plain-secret.ts'
import { IDLE_SOON, pgWork } from './work.ts'

const FIVE_MINUTES = 300_000

/** Clients without Verifull: pg with its `password` function. */
export const plain: readonly RehearsalAdapter[] = [
  { name: 'pg, password function', work: pgWork((request) => plainPool(request, passwordsOf(request))) },
  {
    name: 'pg, cached 5 minutes',
    work: pgWork((request) => plainPool(request, keeping(reading(request), FIVE_MINUTES))),
  },
]

/** Reads the user once, because pg needs it before it calls the password function. */
async function plainPool({ parameters, poolSize, timeoutMs }: WorkRequest, read: () => Promise<PlainSecret>) {
  const { host = '', port, dbname = '', sslrootcert = '', sslcert, sslkey } = parameters
  const { user } = await read()
  return new pg.Pool({
    ...{ host, port: Number(port), database: dbname, user },
    password: async () => (await read()).password,
    ssl: {
      ca: readFileSync(sslrootcert, 'utf8'),
      ...(sslcert && { cert: readFileSync(sslcert, 'utf8') }),
      ...(sslkey && { key: readFileSync(sslkey, 'utf8') }),
    },
    max: poolSize,
    connectionTimeoutMillis: timeoutMs,
    idleTimeoutMillis: IDLE_SOON.idle,
  })
}

/** A password function cannot change the user, so with a user per lease it keeps the first credentials. */
function passwordsOf(request: WorkRequest): () => Promise<PlainSecret> {
  const read = reading(request)
  return request.environment.VAULT_DB_ROLE === undefined ? read : keeping(read, Number.POSITIVE_INFINITY)
}
