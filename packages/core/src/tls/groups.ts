import tls from 'node:tls'

/** Which key exchange will do. */
export const KEY_EXCHANGES = ['any', 'hybrid'] as const

/**
 * `hybrid` is one that combines an elliptic curve with ML-KEM (FIPS 203): who records the connection today cannot decrypt it
 * with a quantum computer later.
 */
export type KeyExchange = (typeof KEY_EXCHANGES)[number]

/** The hybrid group that OpenSSL has by default from 3.5 on, and Node and libpq with it. */
export const HYBRID = 'X25519MLKEM768'
const CLASSICAL = ['prime256v1', 'X25519', 'secp384r1', 'secp521r1'] as const

/** Tells whether OpenSSL takes a list of groups. */
export type Accepts = (groups: string) => boolean

/** The lists of key exchange groups that can be offered here, in OpenSSL's notation. */
export class Groups {
  readonly #accepts: Accepts
  readonly #lists = new Map<string, string>()
  #hasHybrid: boolean | undefined

  constructor(accepts: Accepts) {
    this.#accepts = accepts
  }

  /**
   * The groups to offer, with a key share (`*`) of the hybrid one and of the one that a server without it is likely to
   * choose: what it `chose` last time, else P-256.
   *
   * PostgreSQL up to 17 accepts prime256v1 alone unless told otherwise, and 18 accepts it too, while Node and OpenSSL send
   * a share for X25519 and then need one more round trip (HelloRetryRequest), as libpq does. The hybrid one comes first,
   * whatever was chosen before: a server may have been updated since, and one that heeds the client's order takes the first.
   */
  for(chose: string | undefined): string {
    const first = CLASSICAL.find((group) => group === chose) ?? CLASSICAL[0]
    const list = this.#lists.get(first) ?? this.#withHybrid([first, ...CLASSICAL.filter((group) => group !== first)])
    this.#lists.set(first, list)
    return list
  }

  /** The hybrid group alone; undefined where this OpenSSL has none. */
  get hybrid(): string | undefined {
    this.#hasHybrid ??= this.#accepts(HYBRID)
    return this.#hasHybrid ? HYBRID : undefined
  }

  #withHybrid([first, ...rest]: readonly string[]): string {
    if (this.hybrid === undefined) return [first, ...rest].join(':')
    const twoShares = [`*${this.hybrid}`, `*${first}`, ...rest].join(':')
    // A list without shares has one of its first group: the round trip is worth less than the protection.
    return this.#accepts(twoShares) ? twoShares : [this.hybrid, first, ...rest].join(':')
  }
}

/** What this Node's OpenSSL has. */
export const groups = new Groups((list) => {
  try {
    tls.createSecureContext({ ca: [], ecdhCurve: list })
    return true
  } catch {
    return false
  }
})
