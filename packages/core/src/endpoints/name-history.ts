import { isIPv4 } from 'node:net'

/** Time for which a new answer must stay the same before the name counts as moved, in ms: the TTL of names of RDS and Aurora. */
const STEADY_MS = 5_000
/** Look-ups closer together than this count as one, in ms: they come from the same cache. */
const APART_MS = 500
/** Equal answers before the name counts as moved. */
const AGREEING = 3
/** Factor by which an address that comes back lengthens that time. */
const MORE = 4
/** Longest such time, and time for which an address that was left is remembered, in ms. */
const LONGEST_MS = 3_600_000

/**
 * The answers of the resolver for one name, which tell if the name has moved.
 *
 * A name that moves has one answer, then another that stays. A name that is served in rotation (readers of Aurora, proxies,
 * load balancers) has answers that change, and addresses that come back. So an address is gone when it is in none of three
 * equal answers over five seconds, and each address that came back within the last hour makes that time four times as long.
 */
export class NameHistory {
  #current: readonly string[] = []
  #since = 0
  #lookedUpAt = Number.NEGATIVE_INFINITY
  #countedAt = 0
  #agreeing = 0
  #returns = 0
  #returnedAt = Number.NEGATIVE_INFINITY
  /** Addresses of earlier answers, with the time at which they were left. */
  readonly #left = new Map<string, number>()

  /** The addresses of the latest answer. */
  get current(): readonly string[] {
    return this.#current
  }

  /** Time of the latest answer. */
  get lookedUpAt(): number {
    return this.#lookedUpAt
  }

  /** Time for which a new answer must stay the same, in ms. */
  steadyMs(now: number): number {
    if (now - this.#returnedAt > LONGEST_MS) return STEADY_MS
    return Math.min(LONGEST_MS, STEADY_MS * MORE ** this.#returns)
  }

  /** Notes an answer. An empty one says nothing. */
  add(answer: readonly string[], now: number): void {
    const addresses = withLostFamily(answer, this.#current)
    if (addresses.length === 0) return
    if (this.#isCurrent(addresses)) this.#count(now)
    else this.#change(addresses, now)
    this.#current = addresses
    this.#lookedUpAt = now
  }

  /** True if the name does not lead to the address any more. */
  isGone(address: string, now: number): boolean {
    if (this.#agreeing < AGREEING || this.#current.includes(address)) return false
    return this.#lookedUpAt - this.#since >= this.steadyMs(now)
  }

  #isCurrent(addresses: readonly string[]): boolean {
    const known = new Set(this.#current)
    return known.size === new Set(addresses).size && addresses.every((address) => known.has(address))
  }

  #change(addresses: readonly string[], now: number): void {
    for (const [address, at] of this.#left) if (now - at > LONGEST_MS) this.#left.delete(address)
    for (const address of this.#current) if (!addresses.includes(address)) this.#left.set(address, now)
    const returned = addresses.filter((address) => this.#left.delete(address))
    if (returned.length > 0) {
      this.#returns = now - this.#returnedAt > LONGEST_MS ? 1 : this.#returns + 1
      this.#returnedAt = now
    }
    this.#since = this.#countedAt = now
    this.#agreeing = 1
  }

  #count(now: number): void {
    if (now - this.#countedAt < APART_MS) return
    this.#countedAt = now
    this.#agreeing++
  }
}

/**
 * Returns the answer with the earlier addresses of a family that it lacks, where it has an address of before: the resolver
 * asks for IPv4 and IPv6 separately, and one of the two may fail.
 */
function withLostFamily(answer: readonly string[], before: readonly string[]): readonly string[] {
  if (!answer.some((address) => before.includes(address))) return answer
  return [...answer, ...before.filter((address) => !answer.some((one) => isIPv4(one) === isIPv4(address)))]
}
