import { CLIENT_TIMES, hostAndPort, PG_SPELLING, type Profile } from '@verifull/core/adapter'
import type pg from 'pg'

/** The options that pg itself uses: its own timer, and the session parameters that it sends at the start. */
const LEFT_TO_PG = [
  'connectionTimeoutMillis',
  'application_name',
  'fallback_application_name',
  'options',
  'client_encoding',
  'replication',
  ...Object.keys(CLIENT_TIMES),
]

/** The options of pg that could lead a connection elsewhere or weaken it. */
const CONNECTION_OPTIONS = Object.keys(PG_SPELLING).filter((option) => !LEFT_TO_PG.includes(option))

/**
 * Returns the configuration for pg's own constructor: its other options, and a connection that it must not make itself.
 */
export function clientConfig(
  profile: Profile | undefined,
  config: string | pg.ClientConfig | undefined,
): pg.ClientConfig {
  const own: Record<string, unknown> = typeof config === 'object' ? { ...config } : {}
  for (const option of CONNECTION_OPTIONS) delete own[option]
  // A Pool used as a configuration, as by Prisma with another copy of pg, has its own object there.
  if (typeof own.options !== 'string') delete own.options
  const endpoint = profile?.endpoints[0]
  return {
    ...own,
    // All of it explicitly: pg takes absent values from PGHOST, PGSSLMODE and others.
    host: endpoint && endpoint.kind !== 'socket' ? hostAndPort(endpoint).host : 'localhost',
    port: endpoint?.port ?? 5432,
    user: profile?.user ?? 'verifull',
    password: 'verifull',
    ...(profile?.database !== undefined && { database: profile.database }),
    ssl: false,
    sslnegotiation: 'postgres',
  }
}
