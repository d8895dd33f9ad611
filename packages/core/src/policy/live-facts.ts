import type { Authenticated } from '../auth/authenticate.ts'
import type { Verification } from '../sslmode.ts'

/** Facts about one connection, as the client sees it. */
export interface SessionFacts {
  /** `host:port` for messages. */
  readonly peer: string
  /** True for a Unix-domain socket. */
  readonly isSocket: boolean
  /** Present for TLS. */
  readonly tls?: {
    /** For example `TLSv1.3`. */
    readonly protocol: string
    /** Cipher suite by OpenSSL's name. */
    readonly cipher: string
    /** Key exchange group by OpenSSL's name; undefined if Node does not report it. */
    readonly group: string | undefined
    /** Kind of the key exchange: `hybrid` has a post-quantum part; undefined if the group is not reported. */
    readonly keyExchange: 'hybrid' | 'classical' | undefined
    readonly verification: Verification
    /** True if the server requested a client certificate and one was sent. */
    readonly clientCertificate: boolean
  }
  readonly authentication: Authenticated
  /** Notices and warnings that the server sent with the login. */
  readonly notices: readonly Notice[]
}

/** A notice of the server; its texts are printable. */
export interface Notice {
  /** `WARNING`, `NOTICE` …, in the server's language. */
  readonly severity: string
  /** SQLSTATE. */
  readonly code: string
  readonly message: string
  readonly detail?: string
  readonly hint?: string
}

/** Facts that one query gives; undefined is not seen by this role, or unknown to this version of PostgreSQL. */
export interface ServerFacts {
  /** `server_version`, such as `18.1`. */
  readonly version: string
  /** `server_version_num`, such as 180001. */
  readonly versionNumber: number
  /** True for PostgreSQL itself, and false for a product that only speaks its protocol. */
  readonly isPostgres: boolean
  /** `current_user`. */
  readonly user: string
  /** `current_database()`. */
  readonly database: string
  /** `ssl` of `pg_stat_ssl`: false if a pooler or proxy continues in plaintext. */
  readonly encrypted: boolean | undefined
  /** TLS version of the server's side, such as `TLSv1.3`; undefined if it is not encrypted. */
  readonly protocol: string | undefined
  /** TLS cipher of the server's side; undefined if it is not encrypted. */
  readonly cipher: string | undefined
  /** Subject of the client certificate that the server accepted; undefined if there was none. */
  readonly clientCertificate: string | undefined
  /** The server's process for this session. */
  readonly backend: number | undefined
  /** True for a standby. */
  readonly inRecovery: boolean | undefined
  readonly readOnly: boolean | undefined
  readonly role: RoleFacts
  readonly grants: GrantFacts
  /** Settings by name, as `pg_settings` shows them; one that this role may not see is absent. */
  readonly settings: Readonly<Record<string, string | undefined>>
  /** True if pgaudit is loaded; undefined if that is not seen. */
  readonly pgaudit: boolean | undefined
  /** Number of roles with an md5 password; undefined for a role that may not read `pg_authid`. */
  readonly md5Roles: number | undefined
  /** Greatest number of connections for this role and this database; undefined for no limit but the server's. */
  readonly connectionLimit: number | undefined
}

/** The rights of the role: of the user that logged in, and of the current one. */
export interface RoleFacts {
  readonly superuser: boolean
  readonly bypassRls: boolean
  readonly createRole: boolean
  readonly createDatabase: boolean
  readonly replication: boolean
  /** Powerful roles that it is a member of: PostgreSQL's predefined ones, and those of providers. */
  readonly memberOf: readonly string[]
  /** End of the password's validity, and the whole days until then, negative afterwards; undefined for no end. */
  readonly password: { readonly validUntil: Date; readonly daysLeft: number } | undefined
}

/** Ownership and grants in the database; names are examples, three at most. */
export interface GrantFacts {
  /** True if the role owns the database, itself or as a member of the owner. */
  readonly ownsDatabase: boolean | undefined
  /** Tables that it owns. */
  readonly ownedTables: readonly string[]
  /** True if every role of the server may connect to the database. */
  readonly publicConnects: boolean | undefined
  /** True if every role may create schemas in the database. */
  readonly publicDatabase: boolean | undefined
  /** Schemas in which every role may create objects. */
  readonly publicSchemas: readonly string[]
  /** Tables that every role may read or change. */
  readonly publicTables: readonly string[]
}

/** Facts about the path to the server. */
export interface EndpointFacts {
  /** `host:port` for messages. */
  readonly peer: string
  /** IP address, or path of the Unix socket, that was dialed. */
  readonly address: string
  readonly network: 'this machine' | 'private' | 'public'
  /** Name of the provider, where the host's name tells it. */
  readonly provider?: string
  /** A pooler or proxy between client and server: its name, or `a pooler` where only its work is seen. */
  readonly pooler?: string
  /** True if this connection is encrypted, and the server sees plaintext. */
  readonly plaintextBehind: boolean
  /** Greatest number of connections of one process's pool to this server; undefined if there is none. */
  readonly poolMax?: number
  /** Processes that have such a pool each; undefined if there is no pool. */
  readonly instances?: number
  /** Connections that the server has for this role; absent behind a pooler, which has a limit of its own. */
  readonly connections?: number
}
