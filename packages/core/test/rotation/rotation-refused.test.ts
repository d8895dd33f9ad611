import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { CredentialsError } from '../../src/errors/credentials-error.ts'
import { codes, many, settled } from './settled.ts'
import { never, refused, tick, World } from './world.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

describe('rotation, rejected secret', () => {
  test('many connections → one replacement for all', async () => {
    const world = new World(
      (rejected) => (rejected.length ? 'new' : 'old'),
      (password) => password === 'new',
      { pause: tick },
    )
    expect(codes(await many(world, 50))).toEqual(new Set(['in']))
    expect(world.logins).toBeLessThanOrEqual(53)
  })

  test('the replacement was accepted → kept, although the provider’s ordinary response is another', async () => {
    const world = new World(
      (rejected) => (rejected.includes('current') ? 'pending' : 'current'),
      (password) => password === 'pending',
    )
    await many(world, 5)
    const { logins } = world
    await many(world, 5)
    expect(world.logins - logins).toBe(5)
  })

  test('the replacement is rejected later → the rotation was undone, and the former is used', async () => {
    const world = new World(
      (rejected) => (rejected.includes('current') ? 'pending' : 'current'),
      (password) => password === 'pending',
    )
    await many(world, 5)
    world.accepts = (password) => password === 'current'
    expect(codes(await many(world, 5))).toEqual(new Set(['in']))
  })

  test('several candidates → tested in turn', async () => {
    const order = ['current', 'pending', 'previous']
    const world = new World(
      (rejected) => order.find((one) => !rejected.includes(one)) ?? 'current',
      (password) => password === 'previous',
    )
    expect(codes(await many(world, 20))).toEqual(new Set(['in']))
  })

  test.each([100, 400])('a server that is %i ms late → the same secret is retried', async (lateMs) => {
    const began = performance.now()
    const world = new World(
      () => 'new',
      () => performance.now() - began >= lateMs,
    )
    expect(codes(await many(world, 20))).toEqual(new Set(['in']))
  })

  test('accepted before → logins are blocked briefly, as another server behind the address may accept it', async () => {
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

  test('no replacement → a cooldown of a second, after which a new secret is tested at once', async () => {
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

  test('accepted a second later → admitted', async () => {
    const world = new World(
      () => 'early',
      () => false,
    )
    await many(world, 5)
    world.accepts = () => true
    expect(codes(await many(world, 5))).toEqual(new Set(['in']))
  })

  test('the provider fails during the search → named in the cause of the rejection', async () => {
    const down = new CredentialsError('CREDENTIALS_UNAVAILABLE', 'the store is down', true)
    const world = new World(
      (rejected) => (rejected.length ? Promise.reject(down) : 'wrong'),
      () => false,
    )
    for (const outcome of await many(world, 5)) {
      expect(outcome).toMatchObject({ status: 'rejected', reason: { code: '28P01', cause: down } })
    }
  })

  test('the provider hangs during the search → named within the time limit', async () => {
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

  test('a connection aborts → it stops waiting, and the others are admitted', async () => {
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

  test('a slow probe of an earlier secret → does not occupy a place of the next', async () => {
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

  test('a late rejection of a replaced secret → no effect', async () => {
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

  test('a late response of the provider → does not replace a newer secret', async () => {
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
