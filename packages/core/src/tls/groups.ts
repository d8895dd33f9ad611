import tls from 'node:tls'

/** The values of the setting `keyExchange`. */
export const KEY_EXCHANGES = ['any', 'hybrid'] as const

/**
 * The key exchange that is demanded. `hybrid` combines an elliptic curve with ML-KEM (FIPS 203), so that a connection
 * recorded today cannot be decrypted with a quantum computer later.
 */
export type KeyExchange = (typeof KEY_EXCHANGES)[number]

/** The hybrid group in OpenSSL's defaults from 3.5 on, and so in Node's and libpq's. */
export const HYBRID = 'X25519MLKEM768'

/** True for a group with a post-quantum part (ML-KEM). */
export function isHybrid(group: string): boolean {
  return /ML-?KEM|Kyber/i.test(group)
}

const CLASSICAL = ['prime256v1', 'X25519', 'secp384r1', 'secp521r1'] as const

/** True if OpenSSL accepts a list of groups. */
export type Accepts = (groups: string) => boolean

/** Lists of key exchange groups for a handshake, in OpenSSL's notation. */
export class Groups {
  readonly #accepts: Accepts
  readonly #lists = new Map<string, string>()
  #hasHybrid: boolean | undefined

  constructor(accepts: Accepts) {
    this.#accepts = accepts
  }

  /**
   * Returns the groups to offer, with a key share (`*`) of the hybrid one and of the likely choice of a server without
   * it: the group that it `chose` last time, else P-256.
   *
   * PostgreSQL up to 17 accepts prime256v1 alone by default, and 18 accepts it too, while Node and OpenSSL send a share
   * for X25519 and then need one more round trip (HelloRetryRequest), as libpq does. The hybrid one comes first after
   * any choice: the server may have been updated since, and one that follows the client's order takes the first.
   */
  for(chose: string | undefined): string {
    const first = CLASSICAL.find((group) => group === chose) ?? CLASSICAL[0]
    const list = this.#lists.get(first) ?? this.#withHybrid([first, ...CLASSICAL.filter((group) => group !== first)])
    this.#lists.set(first, list)
    return list
  }

  /** The hybrid group alone; undefined if this OpenSSL has none. */
  get hybrid(): string | undefined {
    this.#hasHybrid ??= this.#accepts(HYBRID)
    return this.#hasHybrid ? HYBRID : undefined
  }

  #withHybrid([first, ...rest]: readonly string[]): string {
    if (this.hybrid === undefined) return [first, ...rest].join(':')
    const twoShares = [`*${this.hybrid}`, `*${first}`, ...rest].join(':')
    // A list without shares sends one of its first group: the round trip costs less than the protection is worth.
    return this.#accepts(twoShares) ? twoShares : [this.hybrid, first, ...rest].join(':')
  }
}

/** The groups of this Node's OpenSSL. */
export const groups = new Groups((list) => {
  try {
    tls.createSecureContext({ ca: [], ecdhCurve: list })
    return true
  } catch {
    return false
  }
})
