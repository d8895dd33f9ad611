import { Expiry } from '../../time/expiry.ts'

/** A token of Vault with its life. */
export class VaultToken {
  readonly text: string
  /** False if the store does not renew it. */
  readonly renewable: boolean
  readonly #replaced = new AbortController()
  /** Its life at the last login or renewal, in milliseconds. */
  lifeMs = 0
  #end = new Expiry(0)
  #refresh = new Expiry(0)

  constructor(text: string, lifeMs: number, renewable: boolean) {
    this.text = text
    this.renewable = renewable
    this.liveFor(lifeMs)
  }

  /** Aborts when another token has replaced it: its leases end with it. */
  get replaced(): AbortSignal {
    return this.#replaced.signal
  }

  get isOver(): boolean {
    return this.#end.hasCome
  }

  /** Time to its renewal or replacement, in milliseconds; Infinity for none. */
  get refreshInMs(): number {
    return this.#refresh.leftMs
  }

  liveFor(milliseconds: number): void {
    this.lifeMs = milliseconds
    this.#end = new Expiry(milliseconds)
    this.#refresh = new Expiry((milliseconds * 2) / 3)
  }

  /** Pauses requests for half of the time that is left: the store may be down, or lock out repeated failures. */
  rest(): void {
    this.#refresh = new Expiry(this.#end.leftMs / 2)
  }

  replace(): void {
    this.#replaced.abort()
  }
}
