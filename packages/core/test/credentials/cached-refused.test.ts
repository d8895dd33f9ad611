import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { cached } from '../../src/credentials/cached.ts'
import type { Credentials, CredentialsRequest } from '../../src/credentials/credentials.ts'
import { later, secret, signal, storeWith } from './cached-store.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

describe('cached: rejected secret', () => {
  test('several callers → one request at once, with the rejected password', async () => {
    const { store, password } = storeWith(secret('one'))
    await password()
    Object.assign(store, { answer: secret('two'), delayMs: 50 })
    const asked = Promise.all(Array.from({ length: 20 }, () => password([secret('one')])))
    await later(50)
    expect(new Set(await asked)).toEqual(new Set(['two']))
    expect(store.questions.length).toBe(2)
    expect(store.questions[1]?.rejected).toEqual([secret('one')])
  })

  test('the store is reachable → an ordinary request does not return the rejected secret', async () => {
    const { store, password } = storeWith(secret('one'))
    await password()
    store.answer = secret('two')
    await password([secret('one')])
    expect(await password()).toBe('two')
  })

  test('a replacement → for the rejected caller alone; an ordinary request asks the store', async () => {
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

  test('a provider without a user → compared by password', async () => {
    const { store, password } = storeWith({ password: 'one' })
    await password()
    store.answer = { password: 'two' }
    expect(await password([secret('one')])).toBe('two')
  })

  test('the secret has changed meanwhile → the new one, without a request', async () => {
    const { store, password } = storeWith(secret('two'))
    await password()
    expect(await password([secret('one')])).toBe('two')
    expect(store.questions.length).toBe(1)
  })
})
