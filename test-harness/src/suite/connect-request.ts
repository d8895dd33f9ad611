/** One connection that the suite asks for. */
export interface ConnectRequest {
  /** libpq keywords with their values as text: `host`, `port`, `dbname`, `user`, `password`, `sslmode` … */
  readonly parameters: Readonly<Record<string, string>>
  /** The whole environment that counts: `PG*`, `HOME`, `SSL_CERT_FILE`. Nothing of the process's own may leak in. */
  readonly environment: Readonly<Record<string, string>>
  /** A `postgresql://` URI or conninfo string; {@link parameters} are stronger. Only with capability `uri`. */
  readonly uri?: string
  /** How long the client may take, in milliseconds; then the adapter gives up with a refusal of reason `timeout`. */
  readonly timeoutMs: number
}
