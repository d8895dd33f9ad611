/** libpq's six values of `sslmode`, weakest first. */
export const SSL_MODES = ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full'] as const

/** How much security is asked for; libpq parameter `sslmode`. */
export type SslMode = (typeof SSL_MODES)[number]

/** What the server's certificate has to prove: nothing, a chain to a trusted root, or the host's name as well. */
export type Verification = 'none' | 'ca' | 'full'

/** One way to open a session: without encryption, or in TLS with that much verified. */
export type Attempt = { readonly kind: 'plain' } | { readonly kind: 'tls'; readonly verification: Verification }

const KINDS: Readonly<Record<SslMode, readonly Attempt['kind'][]>> = {
  disable: ['plain'],
  allow: ['plain', 'tls'],
  prefer: ['tls', 'plain'],
  require: ['tls'],
  'verify-ca': ['tls'],
  'verify-full': ['tls'],
}

/**
 * Gives the ways in which a session is attempted, in order. `hasRoots` tells whether trusted roots are loaded: as in
 * libpq, a mode below `verify-ca` verifies the chain where there are any. A Unix socket is always plain, whatever the mode.
 *
 * @example
 * attemptsOf('prefer', false) // [{ kind: 'tls', verification: 'none' }, { kind: 'plain' }]
 */
export function attemptsOf(sslmode: SslMode, hasRoots: boolean): readonly Attempt[] {
  const verification = verificationOf(sslmode, hasRoots)
  return KINDS[sslmode].map((kind) => (kind === 'plain' ? { kind } : { kind, verification }))
}

/**
 * Gives what is verified with these roots: never less than was decided at the start, and the chain as soon as there are
 * roots, as libpq looks for them at each connection.
 */
export function verificationWith(decided: Verification, hasRoots: boolean): Verification {
  return decided === 'none' && hasRoots ? 'ca' : decided
}

function verificationOf(sslmode: SslMode, hasRoots: boolean): Verification {
  if (sslmode === 'verify-full') return 'full'
  return sslmode === 'verify-ca' || hasRoots ? 'ca' : 'none'
}
