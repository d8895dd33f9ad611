/** One connection of the suite. */
export interface ConnectRequest {
  /** libpq keywords with values as text: `host`, `port`, `dbname`, `user`, `password`, `sslmode` … */
  readonly parameters: Readonly<Record<string, string>>
  /** The whole environment: `PG*`, `HOME`, `SSL_CERT_FILE`. The adapter must not read the process's own. */
  readonly environment: Readonly<Record<string, string>>
  /** A `postgresql://` URI or conninfo string, overridden by {@link parameters}. Only with capability `uri`. */
  readonly uri?: string
  /** Limit in ms, after which the adapter rejects with reason `timeout`. */
  readonly timeoutMs: number
}
