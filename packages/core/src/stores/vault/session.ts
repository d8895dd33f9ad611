import type { SecretLocation } from '../../errors/credentials-error.ts'
import { abortable, LONGEST_TIMER_MS } from '../../time/deadline.ts'
import { singleFlight } from '../../time/single-flight.ts'
import { logInToVault } from './auth.ts'
import { openVault } from './client.ts'
import type { ResolvedVault, VaultAnswer, VaultClient } from './settings.ts'
import type { VaultToken } from './token.ts'
import { isRefused, notVault, statusOf, vaultFailure } from './vault-error.ts'

/** An answer, and the token that owns its lease. */
export interface Owned {
  readonly answer: VaultAnswer
  readonly token: VaultToken
}

type Question = (client: VaultClient, options: object) => Promise<VaultAnswer>

/** Shortest time between two renewals in the background, in milliseconds. */
const LEAST_WAIT_MS = 1000
/** Longest time of a revocation, in milliseconds. */
const REVOCATION_MS = 5000

/**
 * A session with one Vault: it logs in on first use, renews its token, and logs in again at the token's end.
 *
 * The token is renewed in the background even without requests, because a given token, or a secret id for a single use,
 * would be lost with it. That ends when the session is no longer referenced.
 */
export class VaultSession {
  readonly #settings: ResolvedVault
  readonly #place: SecretLocation
  #client: VaultClient | undefined
  #token: VaultToken | undefined
  #refused: VaultToken | undefined
  #timer: NodeJS.Timeout | undefined
  /**
   * Gets the next token. Its limits are the transport's: a caller may give up, and a secret id must not be lost with
   * the login.
   */
  readonly #login = singleFlight(() => this.#nextToken())

  constructor(settings: ResolvedVault, place: SecretLocation) {
    this.#settings = settings
    this.#place = place
  }

  /** @throws {@link CredentialsError} */
  async read(path: string, signal: AbortSignal): Promise<VaultAnswer> {
    return (await this.readOwned(path, signal)).answer
  }

  /** @throws {@link CredentialsError} */
  async readOwned(path: string, signal: AbortSignal): Promise<Owned> {
    return await this.#ask((client, options) => client.read(inUrl(path), options), signal)
  }

  /** @throws {@link CredentialsError} */
  async write(path: string, data: object, signal: AbortSignal): Promise<VaultAnswer> {
    const { answer } = await this.#ask((client, options) => client.write(inUrl(path), data, options), signal)
    return answer
  }

  async #ask(question: Question, signal: AbortSignal): Promise<Owned> {
    try {
      const token = await abortable(this.#tokenNow(), signal)
      try {
        return await this.#askAs(token, question, signal)
      } catch (error) {
        if (statusOf(error) !== 403) throw error
        const other = await abortable(this.#tokenInsteadOf(token), signal)
        if (other === token) throw error
        return await this.#askAs(other, question, signal)
      }
    } catch (error) {
      signal.throwIfAborted()
      throw vaultFailure(error, this.#place)
    }
  }

  async #askAs(token: VaultToken, question: Question, signal: AbortSignal): Promise<Owned> {
    const answer = await abortable(question(await this.#open(), { ...headersFor(token), signal }), signal)
    if (typeof answer !== 'object' || answer === null) throw notVault(this.#place)
    return { answer, token }
  }

  async #tokenNow(): Promise<VaultToken> {
    return this.#freshToken ?? (await this.#login())
  }

  get #freshToken(): VaultToken | undefined {
    const token = this.#token
    return token && token !== this.#refused && token.refreshInMs > 0 ? token : undefined
  }

  /** Returns a token in place of a rejected one: it may have been revoked, or may only lack a permission. */
  async #tokenInsteadOf(token: VaultToken): Promise<VaultToken> {
    const { auth } = this.#settings
    const fixed = auth.method === 'token' && typeof auth.token === 'string'
    if (fixed || (await this.#isAlive(token))) return token
    if (this.#token === token) this.#refused = token
    return await this.#tokenNow()
  }

  /** True if the token works; false also if it may not look itself up. */
  async #isAlive(token: VaultToken): Promise<boolean> {
    const client = await this.#open()
    return await client.read('auth/token/lookup-self', headersFor(token)).then(
      () => true,
      () => false,
    )
  }

  async #nextToken(): Promise<VaultToken> {
    const token = this.#token
    const refused = token !== undefined && token === this.#refused
    this.#refused = undefined
    try {
      const client = await this.#open()
      if (token && !refused && (await this.#isRenewed(client, token))) return token
      return this.#take(await logInToVault(client, this.#settings.auth, this.#place))
    } catch (error) {
      if (!token || refused || token.isOver) throw error
      // The store may be down for a moment, and the token is still good.
      token.rest()
      return token
    } finally {
      this.#keepAlive()
    }
  }

  /** Adopts a token; a login may return the same one. */
  #take(next: VaultToken): VaultToken {
    const last = this.#token
    if (last?.text === next.text && last.renewable === next.renewable) {
      last.liveFor(next.lifeMs)
      return last
    }
    this.#token = next
    last?.replace()
    return next
  }

  /** Renews the token; false if it has reached the end of all renewals. */
  async #isRenewed(client: VaultClient, token: VaultToken): Promise<boolean> {
    if (!token.renewable || token.isOver) return false
    try {
      const { auth } = await client.write('auth/token/renew-self', {}, headersFor(token))
      const lifeMs = (auth?.lease_duration ?? 0) * 1000
      // A shorter life than before is the last one: the token's maximum age is near.
      if (lifeMs < token.lifeMs * 0.9) return false
      token.liveFor(lifeMs)
      return true
    } catch (error) {
      if (isRefused(error)) return false
      throw error
    }
  }

  #keepAlive(): void {
    clearTimeout(this.#timer)
    const token = this.#token
    // An ended token needs no renewal: the next request logs in.
    if (!token || token.refreshInMs === Infinity || token.isOver) return
    // A timer drops the part of a millisecond: it must not wake before the token is due, and wait for another interval.
    const wait = Math.min(LONGEST_TIMER_MS, Math.max(LEAST_WAIT_MS, Math.ceil(token.refreshInMs) + 1))
    this.#timer = setTimeout(wake, wait, new WeakRef(this)).unref()
  }

  /** Renews the token if it is due; no timer runs as long as some tokens live. */
  wake(): void {
    if (this.#freshToken) this.#keepAlive()
    else this.#login().catch(() => {})
  }

  /**
   * Ends the session: its token is renewed no more. One that the session got by logging in is revoked, and with it every
   * lease that it owns; one that was given stays valid. The next request logs in anew.
   */
  async close(): Promise<void> {
    await this.#login.settled()
    clearTimeout(this.#timer)
    const token = this.#token
    this.#token = this.#refused = undefined
    token?.replace()
    if (!token || token.isOver || this.#settings.auth.method === 'token') return
    const options = { ...headersFor(token), signal: AbortSignal.timeout(REVOCATION_MS) }
    const client = await this.#open()
    // A token that cannot be revoked, as while the store is down, ends by its own time.
    await client.write('auth/token/revoke-self', {}, options).catch(() => {})
  }

  async #open(): Promise<VaultClient> {
    this.#client ??= await openVault(this.#settings, this.#place)
    return this.#client
  }
}

function wake(session: WeakRef<VaultSession>): void {
  session.deref()?.wake()
}

function headersFor({ text }: VaultToken): { headers: object } {
  return { headers: { 'X-Vault-Token': text } }
}

function inUrl(path: string): string {
  return path.split('/').filter(Boolean).map(encodeURIComponent).join('/')
}
