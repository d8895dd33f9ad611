import { hostAndPort, PG_SPELLING, type Profile } from '@verifull/core/adapter'
import type pg from 'pg'

/** What pg itself acts on: its own timer, and what it asks of the server when a session starts. */
const LEFT_TO_PG = [
  'connectionTimeoutMillis',
  'application_name',
  'fallback_application_name',
  'options',
  'client_encoding',
  'replication',
]

/** The options of pg by which a connection could be led elsewhere or weakened. */
const CONNECTION_OPTIONS = Object.keys(PG_SPELLING).filter((option) => !LEFT_TO_PG.includes(option))

/** What pg's own constructor is given: its other options, and a connection that is none of its business. */
export function clientConfig(
  profile: Profile | undefined,
  config: string | pg.ClientConfig | undefined,
): pg.ClientConfig {
  const own: Record<string, unknown> = typeof config === 'object' ? { ...config } : {}
  for (const option of CONNECTION_OPTIONS) delete own[option]
  // A Pool that is taken for a configuration, as Prisma does with one of another copy of pg, has its own there.
  if (typeof own.options !== 'string') delete own.options
  const endpoint = profile?.endpoints[0]
  return {
    ...own,
    // Said explicitly, all of it: what is left out pg takes from PGHOST, PGSSLMODE and their like.
    host: endpoint && endpoint.kind !== 'socket' ? hostAndPort(endpoint).host : 'localhost',
    port: endpoint?.port ?? 5432,
    user: profile?.user ?? 'verifull',
    password: 'verifull',
    ...(profile?.database !== undefined && { database: profile.database }),
    ssl: false,
    sslnegotiation: 'postgres',
  }
}
