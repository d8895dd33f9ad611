/** Server and login of a measurement; plain data, so that it can be sent to another process. */
export interface Destination {
  readonly port: number
  readonly user: string
  readonly password: string
  readonly database: string
  /** Path of the file with the trusted roots. */
  readonly roots: string
}
