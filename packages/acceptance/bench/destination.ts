import type { Settings } from '@verifull/pg'

/** An IP address, so that no resolver is measured; the certificates name it. */
export const HOST = '127.0.0.1'

/** Server and login of a measurement; plain data, so that it can be sent to another process. */
export interface Destination {
  readonly port: number
  readonly user: string
  readonly password: string
  readonly database: string
  /** Path of the file with the trusted roots. */
  readonly roots: string
}

/** Settings that are complete, so that the environment of the measurement adds nothing. */
export function settingsOf({ port, user, password, database, roots }: Destination): Settings {
  return { host: HOST, port, user, password, database, sslrootcert: roots, environment: {} }
}
