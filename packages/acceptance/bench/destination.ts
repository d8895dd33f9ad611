/** Where to connect, and what with; plain data, so that it can be handed to another process. */
export interface Destination {
  readonly port: number
  readonly user: string
  readonly password: string
  readonly database: string
  /** Path of the trusted roots. */
  readonly roots: string
}
