/** A token of Vault's in its time. */
export class VaultToken {
  readonly token: string
  readonly lifeMs: number
  readonly renewable: boolean
  /** False for one that was given to us: another cannot be had by logging in. */
  readonly isOurs: boolean
  readonly endsAt: number
  /** From here on it is to be renewed or replaced. */
  readonly refreshAt: number

  constructor(token: string, lifeMs: number, renewable: boolean, isOurs: boolean) {
    this.token = token
    this.lifeMs = lifeMs
    this.renewable = renewable
    this.isOurs = isOurs
    this.endsAt = Date.now() + lifeMs
    this.refreshAt = Date.now() + (lifeMs * 2) / 3
  }

  renewedFor(lifeMs: number): VaultToken {
    return new VaultToken(this.token, lifeMs, this.renewable, this.isOurs)
  }

  /** The same, which the store does not take any more. */
  asOver(): VaultToken {
    return new VaultToken(this.token, 0, false, this.isOurs)
  }
}
