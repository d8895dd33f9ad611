import { ConfigurationError, ConnectError, CredentialsError, PolicyError, VerifullError } from '@verifull/core/adapter'
import { printable } from '@verifull/core/diagnostics'
import type { Diagnosis } from './diagnosis.ts'
import { networkDiagnosis } from './network-errors.ts'
import type { Place } from './place.ts'
import { serverDiagnosis } from './server-errors.ts'

/** Explains the error of a connection: its causes, each with its fix. */
export function diagnose(error: unknown, place: Place): readonly Diagnosis[] {
  if (error instanceof ConfigurationError || error instanceof PolicyError) {
    const found = error instanceof PolicyError ? error.findings : error.problems
    return found.map(({ message }) => ({ code: error.code, ...parted(message, error.code), unreachable: false }))
  }
  const known = serverDiagnosis(error, place) ?? networkDiagnosis(error, place)
  if (known) return [known]
  const { code = 'UNKNOWN', message } = lastOf(error)
  const unreachable = error instanceof CredentialsError ? error.retryable : UNREACHABLE.has(code)
  const help = VerifullError.isInstance(error) ? error.help : undefined
  return [{ code, ...parted(message, code), unreachable, ...(help !== undefined && { help }) }]
}

/** Codes of errors after which nothing is known about the server. */
const UNREACHABLE: ReadonlySet<string> = new Set(['UNKNOWN', 'ECONNRESET', 'CLOSED'])

/** The error itself, or the last attempt that a summary of attempts lists. */
function lastOf(error: unknown): { readonly code?: string; readonly message: string } {
  const last = error instanceof ConnectError ? error.attempts.at(-1) : undefined
  if (last) return { code: last.code, message: last.reason }
  if (VerifullError.isInstance(error)) return error
  const { code, message } = error as NodeJS.ErrnoException
  return { ...(code !== undefined && { code }), message: printable(String(message ?? error)) }
}

/** The cause and the fix of a message of Verifull, on the two sides of its first semicolon outside parentheses. */
function parted(message: string, code: string): { readonly what: string; readonly fix: string } {
  const [line = '', ...notes] = message.split('\nnote: ')
  const own = OWN_FIXES[code]
  if (own !== undefined) return { what: line.split('; ')[0] ?? line, fix: own }
  let depth = 0
  for (let at = 0; at < line.length; at++) {
    if (line[at] === '(') depth++
    else if (line[at] === ')') depth--
    else if (depth <= 0 && line.startsWith('; ', at)) {
      const [what, rest] = [line.slice(0, at), line.slice(at + 2)]
      // A guess is a part of the cause.
      if (rest.startsWith('it may be '))
        return { what: line, fix: [...notes, FIXES[code] ?? 'see the message'].join('; ') }
      return { what, fix: [rest, ...notes].join('; ') }
    }
  }
  return { what: line, fix: [...notes, FIXES[code] ?? 'see the message'].join('; ') }
}

/** Fixes in place of the message's own, which has more cases than a connection that failed. */
const OWN_FIXES: Readonly<Record<string, string>> = {
  TLS_NOT_OFFERED:
    'turn TLS on there: ssl = on with ssl_cert_file and ssl_key_file in PostgreSQL, client_tls_sslmode = require with a certificate in PgBouncer',
}

/** Fixes for messages without one of their own, by code. */
const FIXES: Readonly<Record<string, string>> = {
  AUTH_METHOD: 'allow the method in require_auth if it is right, or correct the line of pg_hba.conf',
  AUTH_CHANNEL_BINDING: 'connect to the server itself, without what ends TLS on the way',
  AUTH_SERVER:
    'find out what answers there: it does not know the password, or changes messages; a pooler or proxy may be in the path',
  CREDENTIALS_INVALID:
    'store a JSON object with username and password there; DB_SECRET_KEYS maps other names of the properties',
  AUTH_UNSUPPORTED: 'configure scram-sha-256 or cert in pg_hba.conf',
  PROTOCOL: 'check host and port, and everything between this machine and the server',
  SERVER_FAILURE: 'read the log of the server: it may have no memory or process left, or a pooler there may be full',
  TLS_HANDSHAKE: 'check ssl_min_protocol_version, ssl_max_protocol_version and ssl_ciphers at the server',
  TLS_NAME: 'set host to a name in the certificate, or have the certificate issued for this host',
  TLS_INJECTION: 'find out what is between this machine and the server',
  WRONG_ROLE: 'connect to a server in that role, or change target_session_attrs',
  WRONG_PEER: 'set requirepeer to the user that runs the server, or find out what owns the socket',
}
