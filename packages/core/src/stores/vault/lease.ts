import type { Credentials } from '../../credentials/credentials.ts'
import { CredentialsError } from '../../errors/credentials-error.ts'
import { backoffMs } from '../../time/backoff.ts'
import { LONGEST_TIMER_MS } from '../../time/deadline.ts'
import { Expiry } from '../../time/expiry.ts'
import { sleep, unrefTimersOf } from '../../time/sleep.ts'
import type { Owned, VaultSession } from './session.ts'

/** How long one renewal may take. */
const RENEWAL_MS = 10_000
/** The least time between two renewals; with less than twice that left, there is no more renewing. */
const LEAST_WAIT_MS = 500
/** A lease that nobody has asked for in so many times its length is in nobody's use: a pool has ended. */
const UNUSED_LEASES = 10

/**
 * A user that Vault has made for us.
 *
 * Its lease is renewed at half its time. Where it cannot be, because it has reached its greatest age, has been revoked, or
 * its token has been replaced, another user is made first, and then connections of this one are replaced. While the store
 * is down they go on: they may well live longer than the outage, and there is nothing better to be had.
 */
export class VaultLease {
  readonly issuedAt = performance.now()
  readonly #credentials: Credentials
  readonly #session: VaultSession
  readonly #id: string
  readonly #lengthMs: number
  readonly #retired = new AbortController()
  /** Aborts where it is not to be renewed any more. */
  readonly #over: AbortSignal
  #end: Expiry
  #usedAt = performance.now()

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
    if (this.#lengthMs > 0) void this.#live(renewable, replace)
  }

  get user(): string | undefined {
    return this.#credentials.user
  }

  get isRetired(): boolean {
    return this.#retired.signal.aborted
  }

  /** Gives the credentials, to be asked for again by whoever still uses them. */
  use(): Credentials {
    this.#usedAt = performance.now()
    return { ...this.#credentials, ...(this.#lengthMs > 0 && { refreshAt: new Date(Date.now() + this.#lengthMs) }) }
  }

  /** Whether the store has it no more; false where that is not to be known. */
  async isRevoked(signal: AbortSignal): Promise<boolean> {
    try {
      await this.#session.write('sys/leases/lookup', { lease_id: this.#id }, signal)
      return false
    } catch (error) {
      return error instanceof CredentialsError && ['CREDENTIALS_INVALID', 'CREDENTIALS_NOT_FOUND'].includes(error.code)
    }
  }

  /** Has connections of this user replaced, and does no more for it. */
  retire(): void {
    this.#retired.abort()
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

  /** Whether there is something to be renewed after a part of the time that is left. */
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
      // Less than was asked for: its greatest age is near.
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
