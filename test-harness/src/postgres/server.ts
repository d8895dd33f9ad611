import type { Target } from '../network/endpoint.ts'
import type { RoleName } from './roles.ts'
import type { PostgresSource, ServerTls } from './wanted.ts'

/** A row of text columns by name; null where the value is NULL. */
export type Row = Readonly<Record<string, string | null>>

/** One connection in the server's log, without those of the harness. */
export interface ConnectionSeen {
  /** Process id of the session. */
  readonly pid: number
  /** `127.0.0.1:40312`, or `[local]` for the Unix socket. */
  readonly remote: string
  /**
   * The method of a successful authentication, such as `scram-sha-256`; undefined if there was none, and for `trust` up
   * to version 16.
   */
  readonly method?: string
  /** Present if the server admitted the session. */
  readonly authorized?: {
    readonly user: string
    readonly database: string
    readonly tls?: { readonly protocol: string; readonly cipher: string }
  }
  /** The refusal, or the reason for which TLS failed: SQLSTATE (`00000` for TLS) and message. */
  readonly refused?: { readonly code: string; readonly message: string }
}

/** A running PostgreSQL server of the harness, on 127.0.0.1 alone. */
export interface PostgresServer {
  /** Major version. */
  readonly major: number
  /** Full version as the server prints it: `18.4`. */
  readonly version: string
  /** Its source. */
  readonly from: PostgresSource
  /** Description: `PostgreSQL 18.4, embedded (npm)`. */
  readonly description: string
  /** Address of the TCP port. */
  readonly host: '127.0.0.1'
  /** Ephemeral TCP port. A container has another one after {@link restart}. */
  readonly port: number
  /** Address at which the log shows clients' own addresses; differs for a container, whose engine relays. */
  readonly direct: Target
  /**
   * Folder of its Unix socket, as a libpq `host`; undefined for a container whose socket cannot be reached from here.
   */
  readonly socketDirectory?: string
  /** The database that all roles may use. */
  readonly database: 'app'
  /** The superuser, admitted for {@link sql} only. */
  readonly superuser: 'postgres'
  /**
   * The random password of a role.
   *
   * @throws Error for a role without one: `trust_user`, `cert_user`, `reject_user`.
   */
  password(role: RoleName): string
  /** Runs statements as the superuser and resolves with the rows of the last result. Default database `postgres`. */
  sql(text: string, database?: string): Promise<Row[]>
  /** The server's log so far, one entry per line. */
  log(): readonly string[]
  /** The connections in the log, including all that were admitted or refused before the call. */
  connectionsSeen(): Promise<ConnectionSeen[]>
  /** Reloads the settings, hba and TLS files. Resolves when new connections use them. */
  reload(): Promise<void>
  /** Ends all sessions and restarts with the same data. */
  restart(): Promise<void>
  /** Changes the certificate of new connections; false turns TLS off. */
  setTls(tls: false | ServerTls): Promise<void>
  /** Replaces the lines of `pg_hba.conf` for new connections. */
  setHba(hba: 'roles' | readonly string[]): Promise<void>
  /** Stops the server and removes its files. Idempotent. */
  stop(): Promise<void>
}
