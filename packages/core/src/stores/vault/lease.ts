import type { Credentials } from '../../credentials/credentials.ts'
import { CredentialsError } from '../../errors/credentials-error.ts'
import { backoffMs } from '../../time/backoff.ts'
import { LONGEST_TIMER_MS } from '../../time/deadline.ts'
import { Expiry } from '../../time/expiry.ts'
import { sleep, unrefTimersOf } from '../../time/sleep.ts'
import type { Owned, VaultSession } from './session.ts'

/** Limit of one renewal, in milliseconds. */
const RENEWAL_MS = 10_000
/** Limit of one revocation, in milliseconds. */
const REVOCATION_MS = 5000
/** Shortest time between two renewals, in milliseconds; with less than twice that left, the lease is not renewed. */
const LEAST_WAIT_MS = 500
/** Number of lease lengths without a request after which the lease counts as unused, as when its pool has ended. */
const UNUSED_LEASES = 10

/**
 * A database user made by Vault, with its lease.
 *
 * The lease is renewed at half its time. If that is impossible, because it has reached its maximum age or was revoked,
 * or its token was replaced, another user is made first, and then connections of this one are replaced. While the store
 * is down they stay: they may outlive the outage, and there is no alternative.
 */
export class VaultLease {
  readonly issuedAt = performance.now()
  readonly #credentials: Credentials
  readonly #session: VaultSession
  readonly #id: string
  readonly #lengthMs: number
  readonly #retired = new AbortController()
  /** Aborts when the lease must not be renewed any more. */
  readonly #over: AbortSignal
  #end: Expiry
  #usedAt = performance.now()
  /** Settles when nothing is done for it any more. */
  #living = Promise.resolve()

  constructor(
    session: VaultSession,
    { answer, token }: Owned,
    credentials: Credentials,
    replace: () => Promise<unknown>,
  ) {
    const { lease_id = '', lease_duration = 0, renewable = false } = answer
    this.#credentials = { ...credentials, version: credentials.user ?? lease_id, retired: this.#retired.signal }
    this.#session = session
    this.#id = lease_id
    this.#lengthMs = lease_duration * 1000
    this.#end = new Expiry(this.#lengthMs)
    this.#over = AbortSignal.any([this.#retired.signal, token.replaced])
    unrefTimersOf(this.#over)
    unrefTimersOf(this.#retired.signal)
    if (this.#lengthMs > 0) this.#living = this.#live(renewable, replace)
  }

  get user(): string | undefined {
    return this.#credentials.user
  }

  get isRetired(): boolean {
    return this.#retired.signal.aborted
  }

  /** Returns the credentials and marks the lease as used. */
  use(): Credentials {
    this.#usedAt = performance.now()
    return { ...this.#credentials, ...(this.#lengthMs > 0 && { refreshAt: new Date(Date.now() + this.#lengthMs) }) }
  }

  /** True if the store no longer has the lease; false if that cannot be determined. */
  async isRevoked(signal: AbortSignal): Promise<boolean> {
    try {
      await this.#session.write('sys/leases/lookup', { lease_id: this.#id }, signal)
      return false
    } catch (error) {
      return error instanceof CredentialsError && ['CREDENTIALS_INVALID', 'CREDENTIALS_NOT_FOUND'].includes(error.code)
    }
  }

  /** Has connections of this user replaced, and stops the renewal. */
  retire(): void {
    this.#retired.abort()
  }

  /**
   * Retires the user and has the store revoke its lease, which removes the user. If the token may not revoke, or the
   * store is down, the lease ends by its own time.
   */
  async close(): Promise<void> {
    this.retire()
    await this.#living
    await succeeds(() =>
      this.#session.write('sys/leases/revoke', { lease_id: this.#id }, AbortSignal.timeout(REVOCATION_MS)),
    )
  }

  async #live(renewable: boolean, replace: () => Promise<unknown>): Promise<void> {
    if (renewable) while ((await this.#waits(1 / 2)) && (await this.#isRenewed()));
    else await this.#waits(2 / 3)
    for (let failures = 1; this.#isInUse; failures++) {
      if (await succeeds(replace)) break
      await succeeds(() => sleep(backoffMs(failures), this.#retired.signal))
    }
    this.retire()
  }

  get #isInUse(): boolean {
    return !this.isRetired && performance.now() - this.#usedAt < this.#lengthMs * UNUSED_LEASES
  }

  /** Waits for a part of the time that is left; false if there is nothing to renew after it. */
  async #waits(part: number): Promise<boolean> {
    const wait = Math.min(LONGEST_TIMER_MS, Math.max(LEAST_WAIT_MS, this.#end.leftMs * part))
    return (await succeeds(() => sleep(wait, this.#over))) && this.#isInUse
  }

  async #isRenewed(): Promise<boolean> {
    try {
      const body = { lease_id: this.#id, increment: this.#lengthMs / 1000 }
      const { lease_duration = 0 } = await this.#session.write(
        'sys/leases/renew',
        body,
        AbortSignal.timeout(RENEWAL_MS),
      )
      this.#end = new Expiry(lease_duration * 1000)
      // Less than requested: the maximum age is near.
      return lease_duration * 1000 >= this.#lengthMs
    } catch (error) {
      return !isFinal(error) && this.#end.leftMs > LEAST_WAIT_MS * 2
    }
  }
}

function isFinal(error: unknown): boolean {
  return error instanceof CredentialsError && !error.retryable
}

async function succeeds(work: () => Promise<unknown>): Promise<boolean> {
  return await work().then(
    () => true,
    () => false,
  )
}
