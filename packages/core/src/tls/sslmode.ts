/** libpq's six values of `sslmode`, weakest first. */
export const SSL_MODES = ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full'] as const

/** How much security is asked for; libpq parameter `sslmode`. */
export type SslMode = (typeof SSL_MODES)[number]

/** One way to open a session: without encryption, or in TLS. */
export type AttemptKind = 'plain' | 'tls'

/** What the server's certificate has to prove: nothing, a chain to a trusted root, or the host's name as well. */
export type Verification = 'none' | 'ca' | 'full'

const ATTEMPTS: Readonly<Record<SslMode, readonly AttemptKind[]>> = {
  disable: ['plain'],
  allow: ['plain', 'tls'],
  prefer: ['tls', 'plain'],
  require: ['tls'],
  'verify-ca': ['tls'],
  'verify-full': ['tls'],
}

/**
 * Gives the ways in which a session is attempted, in order. A Unix socket is always plain, whatever the mode.
 *
 * @example
 * attemptsOf('prefer') // ['tls', 'plain']
 */
export function attemptsOf(sslmode: SslMode): readonly AttemptKind[] {
  return ATTEMPTS[sslmode]
}

/**
 * Gives what a TLS attempt verifies. As in libpq, a mode below `verify-ca` verifies the chain where there is a root to
 * verify it against: a file named by `sslrootcert`, or `~/.postgresql/root.crt`.
 *
 * @example
 * verificationOf('require', false) // 'none'
 * verificationOf('require', true) // 'ca'
 */
export function verificationOf(sslmode: SslMode, hasRoots: boolean): Verification {
  if (sslmode === 'verify-full') return 'full'
  return sslmode === 'verify-ca' || hasRoots ? 'ca' : 'none'
}
