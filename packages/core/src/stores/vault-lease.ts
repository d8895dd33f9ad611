import type { Credentials } from '../credentials/credentials.ts'
import { CredentialsError } from '../errors/credentials-error.ts'
import { LONGEST_TIMER_MS } from '../longest-timer.ts'
import type { VaultSession } from './vault-session.ts'
import type { VaultAnswer } from './vault-settings.ts'

/** How long one renewal may take, and how long it rests after one that failed. */
const RENEWAL_MS = 10_000
const RETRY_MS = 1000

/** A user that Vault has made for us, for as long as its lease can be renewed. */
export class VaultLease {
  readonly credentials: Credentials
  readonly #session: VaultSession
  readonly #id: string
  readonly #asked: number
  readonly #renewable: boolean
  readonly #replace: (signal: AbortSignal) => Promise<void>
  readonly #retired = new AbortController()
  readonly #letGo: () => void
  #endsAt: number

  constructor(
    session: VaultSession,
    { lease_id = '', lease_duration = 0, renewable = false }: VaultAnswer,
    credentials: Credentials,
    replace: (signal: AbortSignal) => Promise<void>,
  ) {
    this.credentials = { ...credentials, version: credentials.user ?? '', retired: this.#retired.signal }
    this.#session = session
    this.#id = lease_id
    this.#asked = lease_duration
    this.#renewable = renewable
    this.#replace = replace
    this.#endsAt = Date.now() + lease_duration * 1000
    this.#letGo = session.hold(() => this.#end())
    this.#again((lease_duration * 1000) / 2)
  }

  #again(wait: number): void {
    const work = () => (this.#renewable ? this.#renew() : this.#end())
    setTimeout(work, Math.min(LONGEST_TIMER_MS, wait)).unref()
  }

  async #renew(): Promise<void> {
    if (this.#retired.signal.aborted) return
    try {
      const body = { lease_id: this.#id, increment: this.#asked }
      const { lease_duration = 0 } = await this.#session.write(
        'sys/leases/renew',
        body,
        AbortSignal.timeout(RENEWAL_MS),
      )
      this.#endsAt = Date.now() + lease_duration * 1000
      // Less than was asked for: its greatest age is near.
      if (lease_duration < this.#asked) await this.#end()
      else this.#again((lease_duration * 1000) / 2)
    } catch (error) {
      const left = this.#endsAt - Date.now()
      const isOver = error instanceof CredentialsError && !error.retryable
      if (isOver || left < RETRY_MS * 2) await this.#end()
      else this.#again(Math.min(RETRY_MS, left / 4))
    }
  }

  /** First the next one, then no more of this: no connection waits. A store that is down is asked again until the end. */
  async #end(): Promise<void> {
    while (!this.#retired.signal.aborted) {
      try {
        await this.#replace(AbortSignal.timeout(RENEWAL_MS))
        break
      } catch {
        if (Date.now() > this.#endsAt) break
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS).unref())
      }
    }
    this.#letGo()
    this.#retired.abort()
  }
}
