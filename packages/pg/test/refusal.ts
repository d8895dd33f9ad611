import {
  AuthenticationError,
  ConfigurationError,
  ConnectError,
  CredentialsError,
  PolicyError,
  TlsError,
} from '@verifull/pg'
import type { Refusal, RefusalReason } from '@verifull/test-harness'
import { DatabaseError } from 'pg'

/** Classifies what Verifull throws in the suite's words. */
export function refusalOf(error: unknown): Refusal {
  return { reason: reasonOf(error), message: String(error) }
}

function reasonOf(error: unknown): RefusalReason {
  if (error instanceof ConfigurationError) return configurationReason(error)
  if (error instanceof PolicyError) return 'config'
  if (error instanceof CredentialsError) return 'password'
  if (error instanceof DatabaseError) return BY_SQLSTATE[error.code ?? ''] ?? 'server'
  const { code = '' } = error as NodeJS.ErrnoException
  if (error instanceof TlsError || error instanceof AuthenticationError || error instanceof ConnectError)
    return BY_CODE[code] ?? 'network'
  return 'unknown'
}

const BY_SQLSTATE: Readonly<Record<string, RefusalReason>> = { '28000': 'hba', '28P01': 'password' }

const BY_CODE: Readonly<Record<string, RefusalReason>> = {
  TLS_NOT_OFFERED: 'no-tls',
  TLS_ISSUER: 'verify',
  TLS_EXPIRED: 'verify',
  TLS_REVOKED: 'verify',
  TLS_WEAK: 'verify',
  TLS_NAME: 'name',
  TLS_HANDSHAKE: 'tls',
  TLS_INJECTION: 'protocol',
  TLS_CLIENT_CERTIFICATE: 'client-certificate',
  AUTH_METHOD: 'auth-method',
  AUTH_CHANNEL_BINDING: 'channel-binding',
  AUTH_EXPOSED: 'auth-method',
  AUTH_SERVER: 'protocol',
  AUTH_UNSUPPORTED: 'auth-method',
  PROTOCOL: 'protocol',
  ECONNRESET: 'protocol',
  ETIMEDOUT: 'timeout',
  WRONG_ROLE: 'session-attributes',
  WRONG_PEER: 'peer',
}

function configurationReason({ problems }: ConfigurationError): RefusalReason {
  const [problem] = problems
  const { parameter = '', message = '' } = problem ?? {}
  if (parameter === 'sslrootcert')
    return /no such file|missing|does not exist/.test(message)
      ? 'no-root'
      : /not|cannot/.test(message)
        ? 'bad-root'
        : 'config'
  if (parameter === 'sslkey' && /group or world|others|permission/.test(message)) return 'key-permissions'
  if (parameter === 'sslcert' || parameter === 'sslkey') return 'client-certificate'
  return 'config'
}
