/**
 * Address of the page `docs/reference/errors.md` where it is published; a release sets it, see `docs/decisions/0014-address-of-errors.md`.
 * The name is reserved for examples (RFC 2606): nobody can register it and publish advice of his own there.
 */
const PAGE = 'https://verifull.example/errors'

/** Codes of this pack alone, which need no list: each is the code of one class. */
const OF_A_CLASS = /^(?:(?:TLS|AUTH|CREDENTIALS)_[A-Z_]+|CONFIGURATION|POLICY)$/

/** Codes of a `ConnectError` that have a heading of their own; every other one is that of the network or the server. */
const OF_CONNECTIONS: ReadonlySet<string> = new Set([
  'CIRCUIT_OPEN',
  'CLOSED',
  'ECONNRESET',
  'ETIMEDOUT',
  'PROTOCOL',
  'WRONG_PEER',
  'WRONG_ROLE',
])

/** Returns the address of the documentation of an error's code: its cause and the fix. */
export function addressOf(code: string): string {
  const isOwn = OF_A_CLASS.test(code) || OF_CONNECTIONS.has(code)
  return `${PAGE}#${isOwn ? code.toLowerCase() : 'another-code'}`
}
