import type { Target } from '../network/endpoint.ts'
import type { RoleName } from './roles.ts'
import type { PostgresSource, ServerTls } from './wanted.ts'

/** A row of text columns by name; null where the value is NULL. */
export type Row = Readonly<Record<string, string | null>>

/** One connection as the server's log tells it; the harness's own are left out. */
export interface ConnectionSeen {
  readonly pid: number
  /** `127.0.0.1:40312`, or `[local]` for the Unix socket. */
  readonly remote: string
  /** The method that authenticated, such as `scram-sha-256`; undefined where none did, or with `trust` up to version 16. */
  readonly method?: string
  /** Set once the server let the session in. */
  readonly authorized?: {
    readonly user: string
    readonly database: string
    readonly tls?: { readonly protocol: string; readonly cipher: string }
  }
  /** What the server refused it with, or why TLS failed: SQLSTATE (`00000` for TLS failures) and message. */
  readonly refused?: { readonly code: string; readonly message: string }
}

/** A running PostgreSQL server of the harness, on 127.0.0.1 alone. */
export interface PostgresServer {
  readonly major: number
  /** As the server says it: `18.4`. */
  readonly version: string
  readonly from: PostgresSource
  /** What it is, for people: `PostgreSQL 18.4, embedded (npm)`. */
  readonly description: string
  readonly host: '127.0.0.1'
  /** An ephemeral port. A container has another one after {@link restart}. */
  readonly port: number
  /** Where its log knows clients by their own address: elsewhere for a container, whose engine stands in between. */
  readonly direct: Target
  /** The folder of its Unix socket, as a libpq `host`; undefined for a container whose socket cannot be reached from here. */
  readonly socketDirectory?: string
  /** The database that all roles may enter: `app`. */
  readonly database: 'app'
  /** The superuser's name; it is admitted for {@link sql} only. */
  readonly superuser: 'postgres'
  /** The random password of one of the roles that have one (all but `trust_user`, `cert_user` and `reject_user`). */
  password(role: RoleName): string
  /** Runs statements as the superuser and answers with the last result's rows. Default database `postgres`. */
  sql(text: string, database?: string): Promise<Row[]>
  /** The server's log so far, one line each. */
  log(): readonly string[]
  /** The connections that the log tells of, all that had been refused or admitted before the call included. */
  connectionsSeen(): Promise<ConnectionSeen[]>
  /** Reads the settings, hba and TLS files again. Resolves when new connections meet them. */
  reload(): Promise<void>
  /** Ends all sessions and starts again with the same data. */
  restart(): Promise<void>
  /** Shows another certificate, or none, to the connections that follow. */
  setTls(tls: false | ServerTls): Promise<void>
  /** Replaces the lines of `pg_hba.conf` for the connections that follow. */
  setHba(hba: 'roles' | readonly string[]): Promise<void>
  /** Ends the server and removes all its files. May be called again. */
  stop(): Promise<void>
}
