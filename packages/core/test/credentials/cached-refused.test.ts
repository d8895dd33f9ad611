import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { cached } from '../../src/credentials/cached.ts'
import type { Credentials, CredentialsRequest } from '../../src/credentials/credentials.ts'
import { later, secret, signal, storeWith } from './cached-store.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

describe('a secret that the server refused', () => {
  test('is asked for anew at once, once for all, and the provider is told', async () => {
    const { store, password } = storeWith(secret('one'))
    await password()
    Object.assign(store, { answer: secret('two'), delayMs: 50 })
    const asked = Promise.all(Array.from({ length: 20 }, () => password([secret('one')])))
    await later(50)
    expect(new Set(await asked)).toEqual(new Set(['two']))
    expect(store.questions.length).toBe(2)
    expect(store.questions[1]?.rejected).toEqual([secret('one')])
  })

  test('is given to nobody unasked, while the store can be asked', async () => {
    const { store, password } = storeWith(secret('one'))
    await password()
    store.answer = secret('two')
    await password([secret('one')])
    expect(await password()).toBe('two')
  })

  test('what is given in its place is for who was refused: a store that insists is heard by the others', async () => {
    const asked: CredentialsRequest[] = []
    const get = cached(async (request) => {
      asked.push(request)
      return request.rejected ? secret('pending') : secret('current')
    })
    const password = async (rejected?: Credentials[]) => (await get({ signal, ...(rejected && { rejected }) })).password
    expect(await password()).toBe('current')
    expect(await password([secret('current')])).toBe('pending')
    expect(await password()).toBe('current')
  })

  test('is known by its password where the provider names no user', async () => {
    const { store, password } = storeWith({ password: 'one' })
    await password()
    store.answer = { password: 'two' }
    expect(await password([secret('one')])).toBe('two')
  })

  test('does not matter where the secret is another by now', async () => {
    const { store, password } = storeWith(secret('two'))
    await password()
    expect(await password([secret('one')])).toBe('two')
    expect(store.questions.length).toBe(1)
  })
})
