import diagnostics from 'node:diagnostics_channel'
import { backoffMs } from './backoff.ts'
import { areSame, type Credentials, type CredentialsProvider, type CredentialsRequest } from './credentials.ts'
import { Flight } from './flight.ts'
import { asPerServerAs, isPerServer, nameOfServer } from './per-server.ts'

/** How long a secret is kept. */
export interface CacheSettings {
  /**
   * How long a secret is used before it is asked for again, in milliseconds; one that has an end of its own
   * ({@link Credentials.expiresAt}) is used up to a tenth of its life before that end. Default 300 000, five minutes.
   */
  readonly ttlMs?: number
  /** How long the provider may take for one answer, in milliseconds. Default 10 000. */
  readonly timeoutMs?: number
}

/** Published on the diagnostics channel `verifull:credentials`; never with a password in it. */
export type CredentialsEvent =
  | { readonly kind: 'fetched'; readonly version: string | undefined; readonly expiresAt: Date | undefined }
  /** The provider failed, and the last good secret is used. */
  | { readonly kind: 'stale'; readonly version: string | undefined; readonly ageMs: number; readonly error: unknown }
  | { readonly kind: 'failed'; readonly error: unknown }

const events = diagnostics.channel('verifull:credentials')

/**
 * Keeps what a provider gives: one question at a time for all who ask, none while the answer is good, and the last good
 * answer while the provider fails.
 *
 * The secret is asked for anew in the background when a part of its time has passed (four fifths, give or take a tenth, so
 * that the processes of a fleet do not come together); who connects waits only for the first one, for one whose time is
 * over, and for one after the server has refused the last. A provider that fails is left in peace for a while, longer each
 * time, 30 s at most.
 *
 * @example
 * let fetches = 0
 * const provider = cached(async () => ({ user: 'app', password: `changed ${++fetches}` }))
 * const signal = AbortSignal.timeout(1000)
 * await Promise.all(Array.from({ length: 100 }, () => provider({ signal })))
 * console.log(fetches) // 1
 */
export function cached(provider: CredentialsProvider, settings: CacheSettings = {}): CredentialsProvider {
  if (caches.has(provider)) return provider
  const kept = new Map<string, Cache>()
  const caching = asPerServerAs([provider], (request) => {
    const name = isPerServer(provider) ? nameOfServer(request) : ''
    const cache = kept.get(name) ?? new Cache(provider, settings)
    kept.set(name, cache)
    return cache.get(request)
  })
  caches.add(caching)
  return caching
}

/** What is a cache already is not wrapped in another. */
const caches = new WeakSet<CredentialsProvider>()

/** A schedule that is late must not make every connection ask. */
const LEAST_LIFE_MS = 1000

/** Of who does not wait. */
const NEVER = new AbortController().signal

interface Kept {
  readonly credentials: Credentials
  readonly fetchedAt: number
  /** From here on it is asked for in the background. */
  readonly refreshAt: number
  /** From here on one waits for a new one, and has this one only if there is none. */
  readonly staleAt: number
}

class Cache {
  readonly #provider: CredentialsProvider
  readonly #ttlMs: number
  readonly #timeoutMs: number
  #kept: Kept | undefined
  #flight: Flight<Credentials> | undefined
  #failures = 0
  #quietUntil = 0

  constructor(provider: CredentialsProvider, { ttlMs = 300_000, timeoutMs = 10_000 }: CacheSettings) {
    this.#provider = provider
    this.#ttlMs = ttlMs
    this.#timeoutMs = timeoutMs
  }

  async get({ signal, rejected = [] }: CredentialsRequest): Promise<Credentials> {
    const kept = this.#kept
    if (!kept || isOver(kept.credentials) || rejected.some((refused) => areSame(refused, kept.credentials))) {
      return await this.#flightFor(rejected).join(signal)
    }
    const now = Date.now()
    if (now < kept.refreshAt) return kept.credentials
    if (now < this.#quietUntil) return this.#stale(kept)
    const flight = this.#flightFor(rejected)
    if (now < kept.staleAt) {
      flight.join(NEVER).catch(() => {})
      return kept.credentials
    }
    try {
      return await flight.join(signal)
    } catch (error) {
      signal.throwIfAborted()
      return this.#stale(kept, error)
    }
  }

  /** One question for all who ask meanwhile. */
  #flightFor(rejected: readonly Credentials[]): Flight<Credentials> {
    this.#flight ??= new Flight(this.#timeoutMs, async (signal) => {
      try {
        return await this.#ask({ signal, rejected })
      } finally {
        this.#flight = undefined
      }
    })
    return this.#flight
  }

  async #ask(request: CredentialsRequest): Promise<Credentials> {
    try {
      const credentials = await this.#provider(request)
      this.#keep(credentials)
      return credentials
    } catch (error) {
      this.#quietUntil = Date.now() + backoffMs(++this.#failures)
      events.publish({ kind: 'failed', error } satisfies CredentialsEvent)
      throw error
    }
  }

  #keep(credentials: Credentials): void {
    const fetchedAt = Date.now()
    const { version, expiresAt, refreshAt, retired } = credentials
    const expected = refreshAt && Math.max(LEAST_LIFE_MS, refreshAt.getTime() - fetchedAt)
    const life = expected ?? (expiresAt ? (expiresAt.getTime() - fetchedAt) * 0.9 : retired ? Infinity : this.#ttlMs)
    const early = expected === undefined ? 0.7 + 0.2 * Math.random() : 1
    this.#kept = { credentials, fetchedAt, refreshAt: fetchedAt + life * early, staleAt: fetchedAt + life }
    this.#failures = 0
    this.#quietUntil = 0
    events.publish({ kind: 'fetched', version, expiresAt } satisfies CredentialsEvent)
  }

  /** The last good secret, unless its own end has come. */
  #stale({ credentials, fetchedAt }: Kept, error?: unknown): Credentials {
    if (isOver(credentials) && error !== undefined) throw error
    const { version } = credentials
    events.publish({ kind: 'stale', version, ageMs: Date.now() - fetchedAt, error } satisfies CredentialsEvent)
    return credentials
  }
}

/** A secret that lets nobody in any more. */
function isOver({ expiresAt, retired }: Credentials): boolean {
  return retired?.aborted === true || (expiresAt !== undefined && Date.now() >= expiresAt.getTime())
}
