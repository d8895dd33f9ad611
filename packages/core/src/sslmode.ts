/** libpq's six values of `sslmode`, weakest first. */
export const SSL_MODES = ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full'] as const

/** A mode of libpq's parameter `sslmode`: the use of TLS and the extent of the verification. */
export type SslMode = (typeof SSL_MODES)[number]

/** The verification of the server's certificate: none, a chain to a trusted root, or the chain and the host's name. */
export type Verification = 'none' | 'ca' | 'full'

/** One way to open a session: without encryption, or in TLS with a verification. */
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
 * Returns the attempts of a mode, in order. A Unix-domain socket is always plain, in every mode.
 *
 * @param hasRoots True if trusted roots are loaded: as in libpq, a mode below `verify-ca` then verifies the chain.
 *
 * @example
 * attemptsOf('prefer', false) // [{ kind: 'tls', verification: 'none' }, { kind: 'plain' }]
 */
export function attemptsOf(sslmode: SslMode, hasRoots: boolean): readonly Attempt[] {
  const verification = verificationOf(sslmode, hasRoots)
  return KINDS[sslmode].map((kind) => (kind === 'plain' ? { kind } : { kind, verification }))
}

/**
 * Returns the verification with the roots of this connection: never less than `decided` at the start, and the chain as
 * soon as there are roots, which libpq also looks for at each connection.
 */
export function verificationWith(decided: Verification, hasRoots: boolean): Verification {
  return decided === 'none' && hasRoots ? 'ca' : decided
}

function verificationOf(sslmode: SslMode, hasRoots: boolean): Verification {
  if (sslmode === 'verify-full') return 'full'
  return sslmode === 'verify-ca' || hasRoots ? 'ca' : 'none'
}
