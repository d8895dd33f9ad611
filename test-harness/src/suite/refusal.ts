/**
 * Why a connection was refused, in words that hold for every client.
 *
 * | reason | meaning |
 * |---|---|
 * | `config` | a setting is invalid, unknown or contradicts another one; nothing was sent |
 * | `no-root` | the root certificate that the mode needs does not exist |
 * | `bad-root` | the root certificate file cannot be read as certificates |
 * | `verify` | the server's chain was not accepted: issuer, expiry, revocation, weak key |
 * | `name` | the chain is good, the certificate is for another host |
 * | `no-tls` | the server answered N and the mode demands TLS |
 * | `tls` | the handshake failed otherwise: protocol range, garbage or end of stream after S, no ALPN |
 * | `protocol` | the server broke the wire protocol: E or garbage to SSLRequest, bytes before TLS, a stray message |
 * | `hba` | SQLSTATE 28000: no matching line, `reject`, no or wrong client certificate for a `cert` line |
 * | `password` | SQLSTATE 28P01, or the server wants a password and there is none |
 * | `auth-method` | the server asked for a method that `require_auth` forbids, or for none although one is required |
 * | `channel-binding` | `channel_binding=require` and the exchange would not be bound, or an advertised binding was stripped |
 * | `client-certificate` | the client's certificate or key is missing, unparsable, does not fit, or was turned down in the handshake |
 * | `key-permissions` | the client's key can be read by others |
 * | `peer` | the socket's owner is not `requirepeer` |
 * | `session-attributes` | no host has the wanted `target_session_attrs` |
 * | `network` | no such host, connection refused, reset before anything was said |
 * | `timeout` | the deadline passed |
 * | `server` | any other error of the server, such as 3D000, 53300 or 57P03 |
 * | `unknown` | the adapter cannot tell; never equal to an expected reason |
 */
export type RefusalReason =
  | 'config'
  | 'no-root'
  | 'bad-root'
  | 'verify'
  | 'name'
  | 'no-tls'
  | 'tls'
  | 'protocol'
  | 'hba'
  | 'password'
  | 'auth-method'
  | 'channel-binding'
  | 'client-certificate'
  | 'key-permissions'
  | 'peer'
  | 'session-attributes'
  | 'network'
  | 'timeout'
  | 'server'
  | 'unknown'

/** A refused connection as classified by its adapter. */
export interface Refusal {
  /** The decisive reason: that of the last attempt if there were several. */
  readonly reason: RefusalReason
  /** Reasons of the attempts before it, oldest first; absent if the client does not report them. */
  readonly earlier?: readonly RefusalReason[]
  /** The client's message. */
  readonly message: string
}
