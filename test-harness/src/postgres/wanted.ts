/** Source of a server: npm packages, programs installed here, or a container. */
export type PostgresSource = 'embedded' | 'local' | 'container'

/** A server's TLS configuration; all values are PEM text. */
export interface ServerTls {
  /** The server's certificate followed by its intermediates (`ssl_cert_file`). */
  readonly certificate: string
  /** Its private key (`ssl_key_file`). */
  readonly key: string
  /** Authorities of client certificates (`ssl_ca_file`). Default: no client certificate is requested. */
  readonly clientCa?: string
  /** Revoked client certificates (`ssl_crl_file`). Default: none. */
  readonly crl?: string
}

/** A role in addition to those of {@link RoleName}. */
export interface RoleWanted {
  /** Its name. */
  readonly name: string
  /** In clear text. Default: no password. */
  readonly password?: string
  /** Storage format of the password. Default `scram-sha-256`. */
  readonly passwordEncryption?: 'scram-sha-256' | 'md5'
  /** Further attributes for `create role`, such as `createdb nologin`. Default: none. */
  readonly attributes?: string
}

/** The server to start with {@link startPostgres}. */
export interface PostgresWanted {
  /** Major version. Default: the newest available from {@link from}. */
  readonly major?: number
  /** Default: the first of `embedded`, `local` and `container` that has the version. */
  readonly from?: PostgresSource
  /** Default `false`: N in response to SSLRequest. */
  readonly tls?: false | ServerTls
  /**
   * Lines for `pg_hba.conf`, below the one for the harness. Default `roles`: one role per authentication method, see
   * {@link RoleName}.
   */
  readonly hba?: 'roles' | readonly string[]
  /** Settings for `postgresql.conf`; they override the harness's own. Default: none. */
  readonly settings?: Readonly<Record<string, string>>
  /** Roles in addition to those of {@link RoleName}; they need lines in {@link hba}. Default: none. */
  readonly roles?: readonly RoleWanted[]
  /**
   * The whole environment of the server process, such as `HOME` and `PG*` for a libpq inside it (dblink). Default:
   * locale and path. Not for containers.
   */
  readonly environment?: Readonly<Record<string, string>>
}
