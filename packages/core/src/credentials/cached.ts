import { checkedSettings, checkFunction } from '../errors/argument.ts'
import { Cache } from './cache.ts'
import type { CredentialsProvider } from './credentials.ts'
import { asPerServerAs, isPerServer, keyOf } from './per-server.ts'
import { verifiedFetch } from './verified-fetch.ts'

/** How long a secret is kept. */
export interface CacheSettings {
  /**
   * How long a secret is used before it is asked for again, in milliseconds; one that has an end of its own
   * ({@link Credentials.expiresAt}) is used up to a tenth of its life before that end. Default 300 000, five minutes.
   */
  readonly ttlMs?: number
  /** How long the provider may take for one answer, in milliseconds. Default 8000, less than a connection may take. */
  readonly timeoutMs?: number
}

/**
 * Keeps what a provider gives: one question at a time for all who ask, none while the answer is good, and the last good
 * answer while the provider fails.
 *
 * The secret is asked for anew in the background when a part of its time has passed (four fifths, give or take a tenth, so
 * that the processes of a fleet do not come together); who connects waits only for the first one, for one whose end has
 * come, and for one after the server has refused the last. A provider that fails is left in peace for a while, longer each
 * time, 30 s at most.
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

/** The same for a provider that users know by the name of a setting. What is a cache already is not wrapped in another. */
export function cachedAs(
  source: string,
  provider: CredentialsProvider,
  settings: CacheSettings & { readonly patienceMs?: number; readonly check?: () => void },
): CredentialsProvider {
  if (known.has(provider)) return provider
  const check = verifiedFetch(source)
  const caches = new Map<string, Cache>()
  const caching: CredentialsProvider = async (request) => {
    const server = isPerServer(provider) ? request.server : undefined
    const key = keyOf(server)
    const cache = caches.get(key) ?? new Cache(provider, { check, ...settings, source, server })
    caches.set(key, cache)
    return await cache.get(request)
  }
  known.add(caching)
  return asPerServerAs([provider], caching)
}

const known = new WeakSet<CredentialsProvider>()
