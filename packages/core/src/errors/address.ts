/**
 * Address of the folder `docs/reference` where it is published; a release sets it, see `docs/decisions/0014-address-of-errors.md`.
 * The name is reserved for examples (RFC 2606): nobody can register it and publish advice of his own there.
 */
const PAGES = 'https://verifull.example'

/** Codes of this pack alone, which need no list: each is the code of one class. */
const OF_A_CLASS = /^(?:(?:TLS|AUTH|CREDENTIALS|POOL)_[A-Z_]+|CONFIGURATION|POLICY)$/

/** Codes of a `ConnectError` that have a heading of their own; every other one is that of the network or the server. */
const OF_CONNECTIONS: ReadonlySet<string> = new Set([
  'CIRCUIT_OPEN',
  'CLOSED',
  'ECONNRESET',
  'ETIMEDOUT',
  'NO_ANSWER',
  'PROTOCOL',
  'SERVER_FAILURE',
  'WRONG_PEER',
  'WRONG_ROLE',
])

/** Returns the address of the documentation of an error's code: its cause and the fix. */
export function addressOf(code: string): string {
  const isOwn = OF_A_CLASS.test(code) || OF_CONNECTIONS.has(code)
  return `${PAGES}/errors#${isOwn ? code.toLowerCase() : 'another-code'}`
}

/** Returns the address of the documentation of a rule: the danger, an example and the fix. */
export function addressOfRule(rule: string, page: 'rules' | 'scan' = 'rules'): string {
  return `${PAGES}/${page}#${rule}`
}
