import { CredentialsError } from '../errors/credentials-error.ts'
import { type CredentialsOrigin, publish } from '../events/credentials.ts'
import { backoffMs } from '../time/backoff.ts'
import { abortable, withDeadline, withTimeout } from '../time/deadline.ts'
import { sleep, unrefTimersOf } from '../time/sleep.ts'
import {
  areSame,
  type Credentials,
  type CredentialsProvider,
  type CredentialsRequest,
  type CredentialsServer,
  isAmong,
} from './credentials.ts'
import { reportedFailure } from './foreign-error.ts'
import { asked, checkedCredentials } from './given.ts'
import { Kept } from './kept.ts'

/** How a cache asks its provider. */
export interface CacheTerms {
  /** What users call the provider. */
  readonly source: string
  /** The server that the secret is for, where it is for one. */
  readonly server?: CredentialsServer | undefined
  readonly ttlMs?: number
  readonly timeoutMs?: number
  /** How long somebody waits for a new secret who could have the old one, in milliseconds; 0 is as long as it takes. */
  readonly patienceMs?: number
  /** Throws where the provider must not be asked now. */
  readonly check?: () => void
}

/** How long a provider may take for another secret in place of a refused one: the refused wait, and then want to know why. */
const REPLACEMENT_MS = 4500
/** The longest wait for a provider that has just failed, where there is no secret yet. */
const COLD_REST_MS = 1000

/** The secret of one provider, for one server or for all. */
export class Cache {
  readonly #provider: CredentialsProvider
  readonly #terms: Required<CacheTerms>
  #kept: Kept | undefined
  #refresh: Promise<Credentials> | undefined
  readonly #replacements = new Map<readonly Credentials[], Promise<Credentials>>()
  #failures = 0
  #failure: unknown
  #quietUntil = 0

  constructor(provider: CredentialsProvider, terms: CacheTerms) {
    this.#provider = provider
    this.#terms = { server: undefined, ttlMs: 300_000, timeoutMs: 8000, patienceMs: 250, check() {}, ...terms }
  }

  async get({ signal, rejected = [], search }: CredentialsRequest): Promise<Credentials> {
    const kept = this.#kept
    if (rejected.length > 0 && (!kept || isAmong(kept.credentials, rejected))) {
      return await abortable(this.#replacement(rejected, search), signal)
    }
    if (!kept || kept.isOver) return await abortable(this.#refreshed(false), signal)
    if (!kept.isDue) return kept.credentials
    if (performance.now() < this.#quietUntil) return this.#stale(kept)
    const refreshed = this.#refreshed(true)
    if (!kept.isStale) return kept.credentials
    return this.#failures > 0 ? this.#stale(kept) : await this.#patiently(refreshed, kept, signal)
  }

  /** A provider that takes its time must not cost anybody a connection. */
  async #patiently(refreshed: Promise<Credentials>, kept: Kept, signal: AbortSignal): Promise<Credentials> {
    try {
      const enough = () => new Error('that was long enough')
      return await withDeadline(this.#terms.patienceMs, enough, signal, (bounded) => abortable(refreshed, bounded))
    } catch {
      signal.throwIfAborted()
      return this.#stale(kept)
    }
  }

  #stale({ credentials, ageMs }: Kept): Credentials {
    const { version } = credentials
    const error = this.#failure === undefined ? undefined : reportedFailure(this.#failure)
    publish({ ...this.#origin, kind: 'stale', version, ageMs, error })
    return credentials
  }

  get #origin(): CredentialsOrigin {
    const { source, server } = this.#terms
    return { source, endpoint: server && { host: server.host, port: server.port } }
  }

  /** One question for all who ask meanwhile; it goes on if they give up, so that the next have the answer. */
  #refreshed(background: boolean): Promise<Credentials> {
    if (this.#refresh) return this.#refresh
    const refresh = this.#ask([], background)
      .then((credentials) => this.#keep(credentials))
      .finally(() => {
        this.#refresh = undefined
      })
    refresh.catch(() => {})
    this.#refresh = refresh
    return refresh
  }

  /**
   * What is given in place of a refused secret is for who was refused alone: another server, such as a standby that lags
   * behind, may still want the other. So it is not kept, and all the rest are asked for anew. Where it is the same again,
   * that is what the provider gives now.
   */
  #replacement(rejected: readonly Credentials[], search: object | undefined): Promise<Credentials> {
    for (const [others, replacement] of this.#replacements) {
      if (others.length === rejected.length && others.every((one) => isAmong(one, rejected))) return replacement
    }
    const replacement = this.#ask(rejected, false, search)
      .then((credentials) => {
        if (this.#kept && areSame(this.#kept.credentials, credentials)) return this.#keep(credentials)
        this.#outdate(rejected)
        return credentials
      })
      .catch((error: unknown) => {
        this.#outdate(rejected)
        throw error
      })
      .finally(() => this.#replacements.delete(rejected))
    replacement.catch(() => {})
    this.#replacements.set(rejected, replacement)
    return replacement
  }

  #keep(credentials: Credentials): Credentials {
    this.#kept = new Kept(credentials, this.#terms.ttlMs)
    return credentials
  }

  #outdate(rejected: readonly Credentials[]): void {
    if (this.#kept && isAmong(this.#kept.credentials, rejected)) this.#kept.outdate()
  }

  async #ask(rejected: readonly Credentials[], background: boolean, search?: object): Promise<Credentials> {
    const { source, server } = this.#terms
    const timeoutMs = Math.min(this.#terms.timeoutMs, rejected.length > 0 ? REPLACEMENT_MS : Infinity)
    const late = () =>
      new CredentialsError(
        'CREDENTIALS_UNAVAILABLE',
        `${source} gave no credentials within ${timeoutMs / 1000} s`,
        true,
      )
    const rest = rejected.length > 0 ? 0 : Math.min(this.#quietUntil - performance.now(), COLD_REST_MS)
    try {
      const given = await withTimeout(timeoutMs, late, async (signal) => {
        if (background) unrefTimersOf(signal)
        if (rest > 0) await sleep(rest, signal)
        this.#terms.check()
        const request = {
          signal,
          ...(server && { server }),
          ...(rejected.length > 0 && { rejected }),
          ...(search && { search }),
        }
        return await asked(async () => this.#provider(request), source, signal)
      })
      const credentials = checkedCredentials(given, source)
      this.#failures = this.#quietUntil = 0
      this.#failure = undefined
      publish({ ...this.#origin, kind: 'fetched', version: credentials.version, expiresAt: credentials.expiresAt })
      return credentials
    } catch (error) {
      this.#quietUntil = performance.now() + backoffMs(++this.#failures)
      this.#failure = error
      publish({ ...this.#origin, kind: 'failed', error: reportedFailure(error) })
      throw error
    }
  }
}
