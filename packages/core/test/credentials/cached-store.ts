import { setMaxListeners } from 'node:events'
import { vi } from 'vitest'
import { type CacheSettings, cached } from '../../src/credentials/cached.ts'
import type { Credentials, CredentialsProvider, CredentialsRequest } from '../../src/credentials/credentials.ts'

export const MINUTE = 60_000

/** The signal of all callers. */
export const { signal } = new AbortController()
// In an application each connection has its own signal.
setMaxListeners(0, signal)

/** The store's response. */
export type Answer = Credentials | Error | 'nothing'

/** A store with a variable response, behind a cache. */
export function storeWith(answer: Answer, settings?: CacheSettings) {
  const store = { answer, questions: [] as CredentialsRequest[], delayMs: 0 }
  const provider: CredentialsProvider = async (request) => {
    store.questions.push(request)
    const { answer: given, delayMs } = store
    if (given === 'nothing') return new Promise(() => {})
    if (delayMs) await new Promise((resolve) => setTimeout(resolve, delayMs))
    if (given instanceof Error) throw given
    return given
  }
  const get = cached(provider, settings)
  const password = async (rejected?: readonly Credentials[]) =>
    (await get({ signal, ...(rejected && { rejected }) })).password
  return { store, get, password }
}

export const secret = (password: string, more: Partial<Credentials> = {}) => ({ user: 'app', password, ...more })

/** Advances the fake timers. */
export const later = (ms: number) => vi.advanceTimersByTimeAsync(ms)
