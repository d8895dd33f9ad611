import { checkedSettings, checkFunction } from '../errors/argument.ts'
import type { CredentialsStats } from '../events/stats.ts'
import { endsBy, partsOf } from './closing.ts'
import type { CredentialsProvider } from './credentials.ts'
import { type CacheRequest, CredentialsCache } from './credentials-cache.ts'
import { asPerServerAs, isPerServer, keyOf } from './per-server.ts'
import { verifiedFetch } from './verified-fetch.ts'

/** Times of a cache. */
export interface CacheSettings {
  /**
   * Time between refreshes, in milliseconds; for credentials with an end of their own ({@link Credentials.expiresAt})
   * it is nine tenths of their life. Default 300 000, five minutes.
   */
  readonly ttlMs?: number
  /** Limit of one call of the provider, in milliseconds. Default 8000, less than the limit of a connection. */
  readonly timeoutMs?: number
}

/**
 * Caches the credentials of a provider: one call for all waiting connections, none while the credentials are good, and
 * the last good ones while the provider fails.
 *
 * A refresh runs in the background after 70 to 90 % of their time, at random, so that the processes of a fleet do not
 * call together. A connection waits only for the first credentials, for those after their end, and for a replacement of
 * rejected ones. After failures the pause between calls grows to 30 s.
 *
 * @throws {@link ConfigurationError} `CONFIGURATION` if an argument is of another type.
 *
 * @example
 * let fetches = 0
 * const provider = cached(async () => ({ user: 'app', password: `changed ${++fetches}` }))
 * await Promise.all(Array.from({ length: 100 }, () => provider({ signal: AbortSignal.timeout(1000) })))
 * console.log(fetches) // 1
 */
export function cached(provider: CredentialsProvider, settings: CacheSettings = {}): CredentialsProvider {
  checkFunction(provider, 'cached', 'provider')
  const checked = checkedSettings(settings, 'cached', { ttlMs: 'number', timeoutMs: 'number' })
  return cachedAs('the credentials provider', provider, checked)
}

/**
 * {@link cached} for a provider that users know by the name of a setting. A provider that caches already is returned
 * unchanged.
 */
export function cachedAs(
  source: string,
  provider: CredentialsProvider,
  settings: CacheSettings & { readonly staleWaitMs?: number; readonly check?: () => void },
): CredentialsProvider {
  if (known.has(provider)) return provider
  const check = verifiedFetch(source)
  const caches = new Map<string, CredentialsCache>()
  const caching = async (request: CacheRequest) => {
    const server = isPerServer(provider) ? request.server : undefined
    const key = keyOf(server)
    const cache = caches.get(key) ?? new CredentialsCache(provider, { check, ...settings, source, server })
    caches.set(key, cache)
    return await cache.get(request)
  }
  known.set(caching, () => [...caches.values()])
  endsBy(caching, () => {
    for (const cache of caches.values()) cache.close()
    caches.clear()
  })
  return asPerServerAs([provider], caching)
}

/** The caches of each provider that caches. */
const known = new WeakMap<CredentialsProvider, () => readonly CredentialsCache[]>()

/** Returns the facts of the secrets that a provider, or one that it is made of, keeps. */
export function keptBy(provider: object): readonly CredentialsStats[] {
  return partsOf(provider)
    .flatMap((one) => known.get(one as CredentialsProvider)?.() ?? [])
    .map((cache) => cache.stats())
}
