/** A token of Vault's in its time. */
export class VaultToken {
  readonly text: string
  /** False where the store would not prolong it. */
  readonly renewable: boolean
  readonly #replaced = new AbortController()
  /** How long the store gave it the last time. */
  lifeMs = 0
  endsAt = 0
  /** From here on it is to be renewed or replaced. */
  refreshAt = 0

  constructor(text: string, lifeMs: number, renewable: boolean) {
    this.text = text
    this.renewable = renewable
    this.liveFor(lifeMs)
  }

  /** Aborts when another token has taken its place: what it owns, leases above all, ends with it. */
  get replaced(): AbortSignal {
    return this.#replaced.signal
  }

  liveFor(milliseconds: number): void {
    this.lifeMs = milliseconds
    this.endsAt = Date.now() + milliseconds
    this.refreshAt = Date.now() + (milliseconds * 2) / 3
  }

  /** Leaves the store in peace for half of what is left: it may be down, or lock out who is refused too often. */
  rest(): void {
    this.refreshAt = (Date.now() + this.endsAt) / 2
  }

  replace(): void {
    this.#replaced.abort()
  }
}
