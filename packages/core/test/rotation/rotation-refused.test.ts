import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { CredentialsError } from '../../src/errors/credentials-error.ts'
import { codes, many, settled } from './settled.ts'
import { never, refused, tick, World } from './world.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

describe('a secret that is refused', () => {
  test('is replaced once for all', async () => {
    const world = new World(
      (rejected) => (rejected.length ? 'new' : 'old'),
      (password) => password === 'new',
      { pause: tick },
    )
    expect(codes(await many(world, 50))).toEqual(new Set(['in']))
    expect(world.logins).toBeLessThanOrEqual(53)
  })

  test('the one given in its place stays, whatever the source goes on to give unasked', async () => {
    const world = new World(
      (rejected) => (rejected.includes('current') ? 'pending' : 'current'),
      (password) => password === 'pending',
    )
    await many(world, 5)
    const { logins } = world
    await many(world, 5)
    expect(world.logins - logins).toBe(5)
  })

  test('until it is refused itself: the rotation was taken back', async () => {
    const world = new World(
      (rejected) => (rejected.includes('current') ? 'pending' : 'current'),
      (password) => password === 'pending',
    )
    await many(world, 5)
    world.accepts = (password) => password === 'current'
    expect(codes(await many(world, 5))).toEqual(new Set(['in']))
  })

  test('several candidates are gone through', async () => {
    const order = ['current', 'pending', 'previous']
    const world = new World(
      (rejected) => order.find((one) => !rejected.includes(one)) ?? 'current',
      (password) => password === 'previous',
    )
    expect(codes(await many(world, 20))).toEqual(new Set(['in']))
  })

  test.each([100, 400])('is tried again by itself: a server that is %i ms late', async (lateMs) => {
    const began = performance.now()
    const world = new World(
      () => 'new',
      () => performance.now() - began >= lateMs,
    )
    expect(codes(await many(world, 20))).toEqual(new Set(['in']))
  })

  test('that was good before does not close the door for long: another server behind the address may take it', async () => {
    let asked = 0
    const world = new World(
      (rejected) => (rejected.length ? new Promise(() => {}) : 'good'),
      () => ++asked !== 6,
    )
    await many(world, 5)
    const unlucky = world.connect()
    let isIn = 0
    const others = Array.from({ length: 5 }, () => world.connect().then(() => isIn++))
    await vi.advanceTimersByTimeAsync(1001)
    expect(isIn).toBe(5)
    expect(codes(await settled<unknown>(unlucky, ...others))).toEqual(new Set(['in']))
  })

  test('the source is left in peace for a second, and what it gives by then is tried at once', async () => {
    const world = new World(
      () => 'wrong',
      () => false,
    )
    const failing = world.connect()
    failing.catch(() => {})
    await vi.advanceTimersByTimeAsync(700)
    await expect(failing).rejects.toThrow()
    const { logins } = world
    await expect(world.connect()).rejects.toMatchObject({ code: '28P01', cause: { code: 'CREDENTIALS_REFUSED' } })
    expect(world.logins).toBe(logins)
    world.gives = () => 'right'
    world.accepts = (password) => password === 'right'
    expect(codes(await settled(world.connect()))).toEqual(new Set(['in']))
  })

  test('may be right a second later', async () => {
    const world = new World(
      () => 'early',
      () => false,
    )
    await many(world, 5)
    world.accepts = () => true
    expect(codes(await many(world, 5))).toEqual(new Set(['in']))
  })

  test('where the source fails meanwhile, the refusal says so', async () => {
    const down = new CredentialsError('CREDENTIALS_UNAVAILABLE', 'the store is down', true)
    const world = new World(
      (rejected) => (rejected.length ? Promise.reject(down) : 'wrong'),
      () => false,
    )
    for (const outcome of await many(world, 5)) {
      expect(outcome).toMatchObject({ status: 'rejected', reason: { code: '28P01', cause: down } })
    }
  })

  test('where the source hangs, it says so in time', async () => {
    const world = new World(
      (rejected) => (rejected.length ? new Promise(() => {}) : 'wrong'),
      () => false,
    )
    const failing = Promise.allSettled(Array.from({ length: 9 }, () => world.connect()))
    await vi.advanceTimersByTimeAsync(5100)
    for (const outcome of await failing) {
      expect(outcome).toMatchObject({
        reason: {
          code: '28P01',
          cause: { code: 'CREDENTIALS_UNAVAILABLE', message: 'the source gave no other credentials within 5 s' },
        },
      })
    }
  })

  test('who has given up waits no longer, and the others are let in', async () => {
    const controller = new AbortController()
    const world = new World(
      async (rejected) => {
        if (rejected.length) await tick(300)
        return rejected.length ? 'new' : 'old'
      },
      (password) => password === 'new',
    )
    const impatient = Array.from({ length: 5 }, () => world.connect(controller.signal))
    const patient = Array.from({ length: 5 }, () => world.connect())
    await vi.advanceTimersByTimeAsync(100)
    controller.abort(new Error('gone'))
    const outcomes = await settled(...impatient, ...patient)
    expect(outcomes.map(({ status }) => status)).toEqual([...Array(5).fill('rejected'), ...Array(5).fill('fulfilled')])
  })

  test('a scout of an earlier secret that is slow leaves its place to the next', async () => {
    const world = new World(
      (rejected) => (rejected.length ? 'new' : 'old'),
      () => true,
    )
    const [first, slow, slower] = [
      await world.gate.enter(never),
      await world.gate.enter(never),
      await world.gate.enter(never),
    ]
    first.rejected(refused())
    first.done()
    expect(await first.shouldRetry(never)).toBe(true)
    const next = await world.gate.enter(never)
    expect(next.login.password?.reveal()).toBe('new')
    let isIn = false
    const waiting = world.gate.enter(never).then(() => (isIn = true))
    await vi.advanceTimersByTimeAsync(10)
    expect(isIn).toBe(false)
    slow.done()
    await waiting
    slower.done()
  })

  test('a refusal that comes late, of a secret that has been replaced, changes nothing', async () => {
    const world = new World(
      () => 'old',
      () => true,
    )
    await world.connect()
    const late = await world.gate.enter(never)
    world.gives = () => 'new'
    await world.connect()
    const { questions } = world
    late.rejected(refused())
    late.done()
    expect(await late.shouldRetry(never)).toBe(true)
    expect(world.questions).toBe(questions)
    expect((await world.gate.enter(never)).login.password?.reveal()).toBe('new')
  })

  test('an answer that comes late does not take the place of a newer one', async () => {
    const answers: ((password: string) => void)[] = []
    const world = new World(
      () => new Promise((resolve) => answers.push(resolve)),
      () => true,
    )
    const [slow, fast] = [world.connect(), world.connect()]
    await vi.advanceTimersByTimeAsync(1)
    answers[1]?.('new')
    await fast
    answers[0]?.('old')
    await slow
    expect((await world.gate.enter(never)).login.password?.reveal()).toBe('new')
  })
})
