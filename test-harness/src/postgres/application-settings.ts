import type { PostgresServer } from './server.ts'

/** How an application of `scram_user` reaches a server; what every adapter takes as its settings. */
export interface ApplicationSettings {
  readonly host: string
  readonly port: number
  readonly user: string
  readonly password: string
  readonly database: string
  readonly sslrootcert: string
  readonly environment: Readonly<Record<string, string>>
}

/** The settings as production wants them: verified in full by this CA, with nothing read from the environment. */
export function applicationSettings(server: PostgresServer, ca: string): ApplicationSettings {
  return {
    host: 'localhost',
    port: server.port,
    user: 'scram_user',
    password: server.password('scram_user'),
    database: server.database,
    sslrootcert: ca,
    environment: { NODE_ENV: 'production' },
  }
}
