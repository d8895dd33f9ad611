/** libpq's six values of `sslmode`, weakest first. */
export const SSL_MODES = ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full'] as const

/** A mode of libpq's parameter `sslmode`: the use of TLS and the extent of the verification. */
export type SslMode = (typeof SSL_MODES)[number]

/** The verification of the server's certificate: none, a chain to a trusted root, or the chain and the host's name. */
export type Verification = 'none' | 'ca' | 'full'

/** One way to open a session: without encryption, or in TLS with a verification. */
export type Attempt = { readonly kind: 'plain' } | { readonly kind: 'tls'; readonly verification: Verification }

/** The attempts of each mode, and its verification without trusted roots; with roots, the chain at least is verified. */
const MODES: Readonly<Record<SslMode, readonly [verification: Verification, ...kinds: Attempt['kind'][]]>> = {
  disable: ['none', 'plain'],
  allow: ['none', 'plain', 'tls'],
  prefer: ['none', 'tls', 'plain'],
  require: ['none', 'tls'],
  'verify-ca': ['ca', 'tls'],
  'verify-full': ['full', 'tls'],
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
  const [least, ...kinds] = MODES[sslmode]
  const verification = verificationWith(least, hasRoots)
  return kinds.map((kind) => (kind === 'plain' ? { kind } : { kind, verification }))
}

/**
 * Returns the verification with the roots of this connection: never less than `decided` at the start, and the chain as
 * soon as there are roots, which libpq also looks for at each connection.
 */
export function verificationWith(decided: Verification, hasRoots: boolean): Verification {
  return decided === 'none' && hasRoots ? 'ca' : decided
}
