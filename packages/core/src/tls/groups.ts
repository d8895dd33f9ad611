/**
 * Key exchange groups on offer, in order; a client sends its key share for the first.
 *
 * PostgreSQL up to 17 accepts prime256v1 alone unless told otherwise, and 18 accepts it too, while Node and OpenSSL
 * send a share for X25519 first and then need one more round trip (HelloRetryRequest), as libpq does.
 * The post-quantum group is on offer where OpenSSL has it: a server that prefers it asks for it.
 */
const GROUPS: readonly string[] = [
  'prime256v1',
  ...(hasPostQuantum() ? ['X25519MLKEM768'] : []),
  'X25519',
  'secp384r1',
  'secp521r1',
]

/** The groups to offer, the one that the endpoint chose last first. */
export function groupsFor(chosen: string | undefined): string {
  if (chosen === undefined || !GROUPS.includes(chosen)) return GROUPS.join(':')
  return [chosen, ...GROUPS.filter((group) => group !== chosen)].join(':')
}

function hasPostQuantum(): boolean {
  const [major = 0, minor = 0] = process.versions.openssl.split('.').map(Number)
  return major > 3 || (major === 3 && minor >= 5)
}
