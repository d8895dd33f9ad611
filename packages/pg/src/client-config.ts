import type { Profile } from '@verifull/core'
import type pg from 'pg'

/** The options of pg by which a connection could be led elsewhere or weakened. */
const CONNECTION_OPTIONS = [
  'connectionString',
  'host',
  'port',
  'user',
  'password',
  'database',
  'ssl',
  'sslnegotiation',
  'stream',
  'connection',
  'enableChannelBinding',
] as const

/** What pg's own constructor is given: its other options, and a connection that is none of its business. */
export function clientConfig(profile: Profile, config: string | pg.ClientConfig | undefined): pg.ClientConfig {
  const own: Record<string, unknown> = typeof config === 'object' ? { ...config } : {}
  for (const option of CONNECTION_OPTIONS) delete own[option]
  const [endpoint] = profile.endpoints
  return {
    ...own,
    // Said explicitly, all of it: what is left out pg takes from PGHOST, PGSSLMODE and their like.
    host: endpoint?.socketPath === undefined ? (endpoint?.host ?? 'localhost') : 'localhost',
    port: endpoint?.port ?? 5432,
    user: 'verifull',
    password: 'verifull',
    ...(profile.database !== undefined && { database: profile.database }),
    ssl: false,
    sslnegotiation: 'postgres',
  }
}
