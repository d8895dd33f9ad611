import { setMaxListeners } from 'node:events'
import { vi } from 'vitest'
import { type CacheSettings, cached } from '../../src/credentials/cached.ts'
import type { Credentials, CredentialsProvider, CredentialsRequest } from '../../src/credentials/credentials.ts'

export const MINUTE = 60_000

/** The signal of all who ask. */
export const { signal } = new AbortController()
// In an application each connection has a signal of its own.
setMaxListeners(0, signal)

/** What the store does when it is asked. */
export type Answer = Credentials | Error | 'nothing'

/** A store whose answer can be changed, and a cache before it. */
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

/** Lets time pass; wants fake timers. */
export const later = (ms: number) => vi.advanceTimersByTimeAsync(ms)
