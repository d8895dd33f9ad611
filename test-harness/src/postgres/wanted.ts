/** Where a server comes from: the npm packages with PostgreSQL's binaries, programs installed here, or a container. */
export type PostgresSource = 'embedded' | 'local' | 'container'

/** What a server shows and demands in TLS. All values are PEM text. */
export interface ServerTls {
  /** The server's certificate, followed by its intermediates (`ssl_cert_file`). */
  readonly certificate: string
  /** The private key that belongs to it (`ssl_key_file`). */
  readonly key: string
  /** The authorities that client certificates may come from (`ssl_ca_file`); without it the server asks for none. */
  readonly clientCa?: string
  /** Client certificates that are revoked (`ssl_crl_file`). */
  readonly crl?: string
}

/** A role beside those of {@link RoleName}. */
export interface RoleWanted {
  readonly name: string
  /** In clear text; without it the role has no password. */
  readonly password?: string
  /** How the server keeps the password. Default `scram-sha-256`. */
  readonly passwordEncryption?: 'scram-sha-256' | 'md5'
  /** Further attributes as `create role` takes them, such as `createdb nologin`. */
  readonly attributes?: string
}

/** The server that {@link startPostgres} is asked for. */
export interface PostgresWanted {
  /** The major version. Default: the newest that can be had from {@link from}. */
  readonly major?: number
  /** Default: `embedded`, else `local`, else `container`: the first that has the wanted version. */
  readonly from?: PostgresSource
  /** Default `false`: the server answers N to SSLRequest. */
  readonly tls?: false | ServerTls
  /**
   * Lines for `pg_hba.conf`, below the one that admits the harness itself. Default `roles`: one role per authentication
   * method, see {@link RoleName}.
   */
  readonly hba?: 'roles' | readonly string[]
  /** Server settings as `postgresql.conf` has them; stronger than the harness's own. */
  readonly settings?: Readonly<Record<string, string>>
  /** Roles to create beside those of {@link RoleName}; they need lines of their own in {@link hba}. */
  readonly roles?: readonly RoleWanted[]
  /**
   * The whole environment of the server process, `HOME` and `PG*` for a libpq inside it (dblink). Default: nothing but
   * the locale and the path. Not for containers.
   */
  readonly environment?: Readonly<Record<string, string>>
}
