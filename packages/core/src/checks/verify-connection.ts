import type { Attestation } from '../dial/attestation.ts'
import { dial } from '../dial/dial.ts'
import { readSocket } from '../dial/read-socket.ts'
import { runQuery } from '../dial/session.ts'
import { ConnectError } from '../errors/connect-error.ts'
import { checkedProfile } from '../profile/checked-profile.ts'
import type { Profile } from '../profile/profile.ts'
import { printable } from '../text/printable.ts'
import { withDeadline } from '../time/deadline.ts'
import { terminate } from '../wire/frontend-messages.ts'
import { MessageStream } from '../wire/message-stream.ts'

/** One connection as seen by the client and by the server. */
export interface VerifiedConnection {
  /** The client's view, read from the socket. */
  readonly attestation: Attestation
  /** The server's view of the session. */
  readonly server: {
    /** `server_version`, such as `18.1`. */
    readonly version: string
    /** `current_user`. */
    readonly user: string
    /** `current_database()`. */
    readonly database: string
    /** True if the role is a superuser. */
    readonly superuser: boolean
    /**
     * `ssl` of `pg_stat_ssl`: false if a proxy or pooler ends TLS before the server, even if the client's socket is
     * encrypted.
     */
    readonly encrypted: boolean
    /** TLS version of the server's side, such as `TLSv1.3`; undefined if it is not encrypted. */
    readonly protocol: string | undefined
    /** TLS cipher of the server's side; undefined if it is not encrypted. */
    readonly cipher: string | undefined
    /** Subject of the client certificate that the server accepted; undefined if there was none. */
    readonly clientCertificate: string | undefined
  }
}

const QUESTION = `
  SELECT current_setting('server_version'), current_user, current_database(),
         (SELECT rolsuper FROM pg_catalog.pg_roles WHERE rolname = current_user), s.ssl, s.version, s.cipher, s.client_dn
    FROM pg_catalog.pg_stat_ssl s WHERE s.pid = pg_catalog.pg_backend_pid()`

/**
 * Makes one real connection, queries the server's view of it, and closes it: the check to run when an application
 * starts.
 *
 * @throws the errors of {@link dial}; {@link ConnectError} `SERVER_SEES_PLAINTEXT` if the client's side is encrypted
 * and the server's is not: the second leg of a pooler in between is unprotected; {@link ConnectError} `ETIMEDOUT` if
 * the query takes too long.
 *
 * @example
 * const { server } = await verifyConnection(resolveProfile({ settings: { host: 'db.example' } }).profile)
 * console.log(server.encrypted, server.protocol) // true TLSv1.3
 */
export async function verifyConnection(profile: Profile, signal?: AbortSignal): Promise<VerifiedConnection> {
  const { socket, attestation } = await dial(checkedProfile(profile, 'verifyConnection'), {}, signal)
  const late = () =>
    new ConnectError('ETIMEDOUT', 'timeout expired: the server did not answer a query about the connection')
  try {
    const [row] = await withDeadline(profile.deadlineMs, late, signal, (bounded) => {
      bounded.addEventListener('abort', () => socket.destroy(), { once: true })
      return runQuery(
        new MessageStream({ send: (bytes) => void socket.write(bytes), receive: () => readSocket(socket, bounded) }),
        QUESTION,
      )
    })
    const columns = row?.map((text) => text && printable(text)) ?? []
    const [version, user, database, superuser, ssl, protocol, cipher, clientCertificate] = columns
    if (attestation.encrypted && ssl !== 't') {
      throw new ConnectError(
        'SERVER_SEES_PLAINTEXT',
        `the connection to ${attestation.host}:${attestation.port} is encrypted up to a proxy or pooler, and the server sees plaintext; configure TLS on the proxy's own connection (PgBouncer: server_tls_sslmode=verify-full)`,
      )
    }
    return {
      attestation,
      server: {
        version: version ?? 'unknown',
        user: user ?? 'unknown',
        database: database ?? 'unknown',
        superuser: superuser === 't',
        encrypted: ssl === 't',
        protocol: protocol ?? undefined,
        cipher: cipher ?? undefined,
        clientCertificate: clientCertificate ?? undefined,
      },
    }
  } finally {
    profile.lifetime.rest()
    socket.end(terminate())
    socket.on('end', () => socket.destroy()).resume()
  }
}
