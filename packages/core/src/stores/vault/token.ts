import { Expiry } from '../../time/expiry.ts'

/** A token of Vault's in its time. */
export class VaultToken {
  readonly text: string
  /** False where the store would not prolong it. */
  readonly renewable: boolean
  readonly #replaced = new AbortController()
  /** How long the store gave it the last time. */
  lifeMs = 0
  #end = new Expiry(0)
  #refresh = new Expiry(0)

  constructor(text: string, lifeMs: number, renewable: boolean) {
    this.text = text
    this.renewable = renewable
    this.liveFor(lifeMs)
  }

  /** Aborts when another token has taken its place: what it owns, leases above all, ends with it. */
  get replaced(): AbortSignal {
    return this.#replaced.signal
  }

  get isOver(): boolean {
    return this.#end.hasCome
  }

  /** How long it is until it is to be renewed or replaced, in milliseconds; Infinity where it never is. */
  get refreshInMs(): number {
    return this.#refresh.leftMs
  }

  liveFor(milliseconds: number): void {
    this.lifeMs = milliseconds
    this.#end = new Expiry(milliseconds)
    this.#refresh = new Expiry((milliseconds * 2) / 3)
  }

  /** Leaves the store in peace for half of what is left: it may be down, or lock out who is refused too often. */
  rest(): void {
    this.#refresh = new Expiry(this.#end.leftMs / 2)
  }

  replace(): void {
    this.#replaced.abort()
  }
}
