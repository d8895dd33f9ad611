/** The server and the login that an error is about. */
export interface Place {
  readonly host: string
  readonly port: number
  /** User that logs in, if it is known. */
  readonly user?: string | undefined
  readonly database?: string | undefined
  /** Source of the password in words, if there is one. */
  readonly password?: string | undefined
  /** True if no session is without TLS. */
  readonly encrypted?: boolean
  /** True if TLS begins without SSLRequest (`sslnegotiation=direct`). */
  readonly direct?: boolean
}
