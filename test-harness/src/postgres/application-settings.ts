import type { PostgresServer } from './server.ts'

/** Settings with which an application of `scram_user` connects; every adapter takes them. */
export interface ApplicationSettings {
  /** A name in the server's certificate. */
  readonly host: string
  /** The server's TCP port. */
  readonly port: number
  /** `scram_user`. */
  readonly user: string
  /** Its password. */
  readonly password: string
  /** `app`. */
  readonly database: string
  /** Path or PEM text of the CA certificate. */
  readonly sslrootcert: string
  /** The environment to read instead of the process's: production. */
  readonly environment: Readonly<Record<string, string>>
}

/** Settings for production: verify-full with this CA, and nothing from the process's environment. */
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
