import { closedError } from '../errors/connect-error.ts'
import { CredentialsError } from '../errors/credentials-error.ts'
import type { CredentialsOrigin } from '../events/credentials.ts'
import { publish } from '../events/publish.ts'
import type { CredentialsStats } from '../events/stats.ts'
import { abortable } from '../time/deadline.ts'
import { type Life, Refreshed } from '../time/refreshed.ts'
import { callProvider, validateCredentials } from './call-provider.ts'
import {
  areOfOneVersion,
  areSame,
  type Credentials,
  type CredentialsProvider,
  type CredentialsRequest,
  type CredentialsServer,
  isAmong,
} from './credentials.ts'
import { reportedFailure } from './foreign-error.ts'
import { countQuestion } from './search-cost.ts'
import { tracedFetch } from './traced-fetch.ts'

/** Settings of a cache. */
export interface CacheOptions {
  /** The provider's name for users, in messages and events. */
  readonly source: string
  /** The server of the credentials, if each server has its own. */
  readonly server?: CredentialsServer | undefined
  /** Time between refreshes of credentials that name no end, in milliseconds. Default 300 000. */
  readonly ttlMs?: number
  /** Limit of one call of the provider, in milliseconds. Default 8000. */
  readonly timeoutMs?: number
  /** Longest wait for a refresh before the caller gets the stale secret, in milliseconds. Default 250; 0 waits until it settles. */
  readonly staleWaitMs?: number
  /** Throws if the provider must not be called now. */
  readonly check?: () => void
}

/** A request to a cache. */
export interface CacheRequest extends CredentialsRequest {
  /** True if the cached credentials were rejected: the provider is called even if they are new. */
  readonly afresh?: boolean
}

/** Limit of the search for a replacement, in milliseconds: the waiting connections need time left for their error. */
const REPLACEMENT_MS = 4500
/** Shortest life of credentials, in milliseconds: an overdue schedule must not cause a call for each connection. */
const MIN_LIFE_MS = 1000

/** Caches the credentials of one provider, for one server or for all. */
export class CredentialsCache {
  readonly #provider: CredentialsProvider
  readonly #options: CacheOptions
  readonly #timeoutMs: number
  readonly #cached: Refreshed<Credentials>
  readonly #replacements = new Map<readonly Credentials[], Promise<Credentials>>()
  /** Number of the secret that is kept, from 1. */
  #generation = 0

  constructor(provider: CredentialsProvider, options: CacheOptions) {
    const { source, ttlMs = 300_000, timeoutMs = 8000, staleWaitMs = 250 } = options
    this.#provider = provider
    this.#options = options
    this.#timeoutMs = timeoutMs
    this.#cached = new Refreshed<Credentials>({
      load: (signal) => this.#call({ signal }),
      lifeOf: (credentials) => lifeOf(credentials, ttlMs),
      hasEnded: ({ retired }) => retired?.aborted === true,
      timeoutMs,
      late: (limitMs) => tooLate(source, limitMs),
      staleWaitMs,
      onLoaded: ({ version, expiresAt }) =>
        publish('verifull:credentials', { ...this.#origin, kind: 'fetched', version, expiresAt }),
      onFailed: (error) =>
        publish('verifull:credentials', { ...this.#origin, kind: 'failed', error: reportedFailure(error) }),
      onKept: (credentials, previous) => {
        if (!previous || !areOfOneVersion(previous, credentials)) this.#generation++
      },
      onStale: ({ version }, ageMs, failure) => {
        const error = failure === undefined ? undefined : reportedFailure(failure)
        publish('verifull:credentials', { ...this.#origin, kind: 'stale', version, ageMs, error })
      },
    })
  }

  /** @throws {@link CredentialsError}, or the reason of the signal. */
  async get({ signal, rejected = [], search, afresh }: CacheRequest): Promise<Credentials> {
    const { last } = this.#cached
    if (afresh) this.#cached.outdate()
    if (rejected.length > 0 && (!last || isAmong(last, rejected))) {
      return await abortable(this.#replacement(rejected, search), signal)
    }
    return await this.#cached.get(signal)
  }

  /** Facts of the secret that is kept. */
  stats(): CredentialsStats {
    const { keeping, failure } = this.#cached
    return {
      ...this.#origin,
      version: keeping?.value.version,
      generation: this.#generation,
      fetchedAt: keeping && new Date(Date.now() - keeping.ageMs),
      ageMs: keeping?.ageMs,
      expiresAt: keeping?.value.expiresAt,
      isStale: failure !== undefined && keeping?.isOverdue === true,
      failure: failure === undefined ? undefined : reportedFailure(failure),
    }
  }

  /** Ends the requests in flight and forgets the credentials. */
  close(): void {
    this.#cached.close(closedError())
    this.#replacements.clear()
  }

  get #origin(): CredentialsOrigin {
    const { source, server } = this.#options
    return { source, endpoint: server && { host: server.host, port: server.port } }
  }

  /**
   * Returns other credentials in place of those that a server rejected; equal requests share one call.
   *
   * They are not cached: a lagging standby may still accept the rejected ones. The next ordinary request calls the provider
   * anew. If the provider returns the rejected ones again, they are its present ones, and cached.
   */
  #replacement(rejected: readonly Credentials[], search: object | undefined): Promise<Credentials> {
    for (const [others, replacement] of this.#replacements) {
      if (others.length === rejected.length && others.every((one) => isAmong(one, rejected))) return replacement
    }
    const call = (signal: AbortSignal) => {
      countQuestion(search)
      return this.#call({ signal, rejected, ...(search && { search }) })
    }
    const replacement = this.#cached
      .loadApart(call, Math.min(this.#timeoutMs, REPLACEMENT_MS))
      .then((credentials) => {
        const { last } = this.#cached
        if (last && areSame(last, credentials)) return this.#cached.keep(credentials)
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

  #outdate(rejected: readonly Credentials[]): void {
    const { last } = this.#cached
    if (last && isAmong(last, rejected)) this.#cached.outdate()
  }

  async #call(request: CredentialsRequest): Promise<Credentials> {
    const { source, server, check } = this.#options
    check?.()
    const call = async () => this.#provider({ ...request, ...(server && { server }) })
    const fetch = async () => validateCredentials(await callProvider(call, source, request.signal), source)
    return await tracedFetch(this.#origin, fetch)
  }
}

function lifeOf({ expiresAt, refreshAt, retired }: Credentials, ttlMs: number): Life {
  const leftMs = expiresAt && untilDate(expiresAt)
  const scheduledMs = refreshAt && untilDate(refreshAt)
  const untilRefreshMs = leftMs !== undefined ? leftMs * 0.9 : retired ? Number.POSITIVE_INFINITY : ttlMs
  return {
    endsInMs: leftMs ?? Number.POSITIVE_INFINITY,
    refreshInMs: scheduledMs ?? untilRefreshMs,
    // Before a schedule's time the store has nothing new.
    exact: scheduledMs !== undefined,
  }
}

function untilDate(date: Date): number {
  return Math.max(MIN_LIFE_MS, date.getTime() - Date.now())
}

function tooLate(source: string, limitMs: number): CredentialsError {
  const message = `${source} gave no credentials within ${limitMs / 1000} s`
  return new CredentialsError('CREDENTIALS_UNAVAILABLE', message, true)
}
