import { getEventListeners } from 'node:events'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { type CredentialsSource, CurrentCredentials } from '../../src/rotation/current-credentials.ts'
import { Generation } from '../../src/rotation/generation.ts'
import { LoginGate } from '../../src/rotation/login-gate.ts'
import { never, retirementOf, secret, World } from './world.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

describe('rotation, connections of an earlier generation', () => {
  const changing = () => {
    const world = new World(
      () => 'one',
      () => true,
    )
    return { world, change: (next: string) => (world.gives = () => next) }
  }

  test('the next secret is accepted → retired then, not before', async () => {
    const { world, change } = changing()
    const first = await world.connect()
    change('two')
    world.accepts = () => undefined
    await expect(world.connect()).rejects.toThrow('the network is gone')
    expect(first.aborted).toBe(false)
    world.accepts = () => true
    const second = await world.connect()
    expect([first.aborted, second.aborted]).toEqual([true, false])
  })

  test('admitted only after that → retired too', async () => {
    const { world, change } = changing()
    await world.connect()
    const slow = await world.gate.enter(never)
    change('two')
    await world.connect()
    slow.accepted()
    slow.done()
    expect(retirementOf(slow).aborted).toBe(true)
  })

  test('a replacement for a rejected secret → not retired; the next ordinary secret → retired', async () => {
    const { world, change } = changing()
    const first = await world.connect()
    world.gives = (rejected) => (rejected.length ? 'pending' : 'one')
    world.accepts = (password) => password === 'pending'
    const second = await world.connect()
    await vi.advanceTimersByTimeAsync(10)
    expect([first.aborted, second.aborted]).toEqual([false, false])
    change('pending')
    await world.connect()
    expect([first.aborted, second.aborted]).toEqual([true, false])
  })

  test('the provider returns the new secret to all → retired at once', async () => {
    const { world, change } = changing()
    const first = await world.connect()
    let asked = 0
    world.gives = () => (asked++ === 0 ? 'one' : 'two')
    world.accepts = (password) => password === 'two'
    await world.connect()
    await vi.advanceTimersByTimeAsync(1)
    expect(first.aborted).toBe(true)
    change('two')
  })

  test('a new token of the same version → not retired', async () => {
    const lease = new AbortController()
    let made = 0
    const source: CredentialsSource = {
      name: 'tokens',
      perServer: false,
      retires: true,
      fetch: async () => ({ ...secret(`token ${++made}`), version: 'iam', retired: lease.signal }),
    }
    const current = new CurrentCredentials(source, undefined)
    const gate = new LoginGate(current)
    const signals = []
    for (let count = 0; count < 3; count++) {
      await current.refresh(never)
      const ticket = await gate.enter(never)
      ticket.accepted()
      ticket.done()
      signals.push(retirementOf(ticket))
    }
    expect(signals.map(({ aborted }) => aborted)).toEqual([false, false, false])
    lease.abort()
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, true, true])
  })
})

test('rotation, 20 logins with one secret that ends → all are retired, Node warns of no leak, and a retired one listens no more', async () => {
  const warnings: Error[] = []
  const warned = (warning: Error) => void warnings.push(warning)
  process.on('warning', warned)
  const end = new AbortController()
  const retired = end.signal
  const generations = Array.from({ length: 20 }, () => new Generation({ user: 'app', password: 'one', retired }))
  await new Promise((resolve) => process.nextTick(resolve))
  process.off('warning', warned)
  expect(warnings).toEqual([])
  generations[0]?.retire()
  expect(getEventListeners(retired, 'abort')).toHaveLength(19)
  end.abort()
  expect(generations.every((generation) => generation.retired.aborted)).toBe(true)
})
