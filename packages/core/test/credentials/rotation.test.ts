import { inspect } from 'node:util'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { Rotation } from '../../src/credentials/rotation.ts'
import { Rotations } from '../../src/credentials/rotations.ts'
import { type RotatingSource, Supply } from '../../src/credentials/supply.ts'
import { CredentialsError } from '../../src/errors/credentials-error.ts'
import { refused, secret, World } from './world.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const never = new AbortController().signal
const tick = (ms = 5) => new Promise((resolve) => setTimeout(resolve, ms))

/** Lets time pass until all have settled. */
async function settled<T>(...running: Promise<T>[]): Promise<PromiseSettledResult<T>[]> {
  const all = Promise.allSettled(running)
  await vi.advanceTimersByTimeAsync(60_000)
  return await all
}

const many = (world: World, count: number) => settled(...Array.from({ length: count }, () => world.connect()))
const codes = (outcomes: PromiseSettledResult<unknown>[]) =>
  new Set(outcomes.map((one) => (one.status === 'rejected' ? one.reason.code : 'in')))

describe('a secret that has not been tried', () => {
  test('is tried by three, and the others follow when one is let in', async () => {
    const world = new World(
      () => 'good',
      () => true,
      { pause: tick },
    )
    expect(codes(await many(world, 50))).toEqual(new Set(['in']))
    expect([world.logins, world.mostScouts]).toEqual([50, 3])
  })

  test('keeps nobody waiting for a scout whose network is gone', async () => {
    let lost = 0
    const world = new World(
      () => 'good',
      () => (++lost <= 10 ? undefined : true),
      { pause: tick },
    )
    const outcomes = await many(world, 50)
    expect(outcomes.filter(({ status }) => status === 'rejected')).toHaveLength(10)
    expect(world.mostScouts).toBe(3)
  })

  test('that is wrong costs a dozen logins and four questions, and each has an error of its own', async () => {
    const world = new World(
      () => 'wrong',
      () => false,
      { pause: tick },
    )
    const { questions } = world
    const outcomes = await many(world, 50)
    expect(codes(outcomes)).toEqual(new Set(['28P01']))
    expect(new Set(outcomes.map((one) => one.status === 'rejected' && one.reason)).size).toBe(50)
    expect(world.logins).toBeLessThanOrEqual(12)
    // each connection asks the cache before it dials; the rest is the renewal's
    expect(world.questions - questions - 50).toBe(3)
  })
})

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
      await world.rotation.take(never),
      await world.rotation.take(never),
      await world.rotation.take(never),
    ]
    first.refused(refused())
    first.over()
    expect(await first.another(never)).toBe(true)
    const next = await world.rotation.take(never)
    expect(next.login.password?.reveal()).toBe('new')
    let isIn = false
    const waiting = world.rotation.take(never).then(() => (isIn = true))
    await vi.advanceTimersByTimeAsync(10)
    expect(isIn).toBe(false)
    slow.over()
    await waiting
    slower.over()
  })

  test('a refusal that comes late, of a secret that has been replaced, changes nothing', async () => {
    const world = new World(
      () => 'old',
      () => true,
    )
    await world.connect()
    const late = await world.rotation.take(never)
    world.gives = () => 'new'
    await world.connect()
    const { questions } = world
    late.refused(refused())
    late.over()
    expect(await late.another(never)).toBe(true)
    expect(world.questions).toBe(questions)
    expect((await world.rotation.take(never)).login.password?.reveal()).toBe('new')
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
    expect((await world.rotation.take(never)).login.password?.reveal()).toBe('new')
  })
})

describe('a function that gives another password each time', () => {
  const counting = (accepts: World['accepts'] = () => true) => {
    let calls = 0
    return new World(() => `token ${++calls}`, accepts, { retires: false, pause: tick })
  }

  test('nobody waits once one was good, and nothing is retired', async () => {
    const world = counting()
    const [first] = await settled(world.connect())
    const began = performance.now()
    const times: number[] = []
    const connecting = Array.from({ length: 20 }, () =>
      world.connect().then(() => times.push(performance.now() - began)),
    )
    await settled(...connecting)
    expect(new Set(times)).toEqual(new Set([10]))
    expect(first).toMatchObject({ status: 'fulfilled', value: { aborted: false } })
  })

  test('that are all wrong costs no more than a secret that is', async () => {
    const world = counting(() => false)
    expect(codes(await many(world, 50))).toEqual(new Set(['28P01']))
    expect(world.logins).toBeLessThanOrEqual(50)
  })

  test('that are all wrong after one was good costs each a login, and a handful more', async () => {
    const world = counting()
    await settled(world.connect())
    const { logins } = world
    world.accepts = () => false
    expect(codes(await many(world, 50))).toEqual(new Set(['28P01']))
    expect(world.logins - logins).toBeLessThanOrEqual(62)
  })

  test('as they come, three at once try what has never been good', async () => {
    let [now, most] = [0, 0]
    const world = counting(() => {
      now--
      return false
    })
    const take = world.rotation.take.bind(world.rotation)
    world.rotation.take = async (signal) => {
      const turn = await take(signal)
      most = Math.max(most, ++now)
      return turn
    }
    const connecting = Array.from({ length: 40 }, async (_, index) => {
      await tick(index)
      return await world.connect()
    })
    await settled(...connecting)
    expect(most).toBe(3)
    expect(world.logins).toBeLessThanOrEqual(12)
  })

  test('grows nothing', async () => {
    const world = counting()
    await many(world, 300)
    const size = inspect(world.rotation, { showHidden: true, depth: 9 }).length
    for (let round = 0; round < 5; round++) await many(world, 300)
    expect(inspect(world.rotation, { showHidden: true, depth: 9 }).length).toBe(size)
  })
})

describe('connections of an earlier secret', () => {
  const changing = () => {
    const world = new World(
      () => 'one',
      () => true,
    )
    return { world, change: (next: string) => (world.gives = () => next) }
  }

  test('are retired when the next has been accepted, not before', async () => {
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

  test('also where they were let in only after that', async () => {
    const { world, change } = changing()
    await world.connect()
    const slow = await world.rotation.take(never)
    change('two')
    await world.connect()
    slow.accepted()
    slow.over()
    expect(slow.retired.aborted).toBe(true)
  })

  test('are not retired by a makeshift in place of a refused secret, but by the next that is given to all', async () => {
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

  test('are retired at once where the source gives the new one to all', async () => {
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

  test('of the same version are not: a token that is made anew is the same secret', async () => {
    const lease = new AbortController()
    let made = 0
    const source: RotatingSource = {
      name: 'tokens',
      perServer: false,
      retires: true,
      ask: async () => ({ ...secret(`token ${++made}`), version: 'iam', retired: lease.signal }),
    }
    const supply = new Supply(source, undefined)
    const rotation = new Rotation(supply)
    const signals = []
    for (let count = 0; count < 3; count++) {
      await supply.ready(never)
      const turn = await rotation.take(never)
      turn.accepted()
      turn.over()
      signals.push(turn.retired)
    }
    expect(signals.map(({ aborted }) => aborted)).toEqual([false, false, false])
    lease.abort()
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, true, true])
  })
})

describe('two servers', () => {
  const endpoints = { primary: { host: 'primary', port: 5432 }, standby: { host: 'standby', port: 5432 } }

  test('one of which lags behind have each the secret that it takes; neither loses its connections', async () => {
    const wanted: Record<string, string> = { primary: 'new', standby: 'old' }
    let questions = 0
    const source: RotatingSource = {
      name: 'the source',
      perServer: false,
      retires: true,
      ask: async ({ rejected = [] }) => {
        questions += rejected.length
        return secret(rejected.some(({ password }) => password === 'new') ? 'old' : 'new')
      },
    }
    const rotations = new Rotations(source)
    let logins = 0
    const connect = async (host: 'primary' | 'standby') => {
      await rotations.ready(endpoints[host], never)
      for (;;) {
        const turn = await rotations.at({ endpoint: endpoints[host], address: host, kind: 'tls' }).take(never)
        logins++
        const isRight = turn.login.password?.reveal() === wanted[host]
        if (isRight) turn.accepted()
        else turn.refused(refused())
        turn.over()
        if (isRight) return turn.retired
        if (!(await turn.another(never))) throw new Error('refused')
      }
    }
    const sessions = []
    for (let round = 0; round < 10; round++) {
      sessions.push(await connect('primary'), await connect('standby'))
    }
    expect([logins, questions]).toEqual([21, 1])
    expect(sessions.some(({ aborted }) => aborted)).toBe(false)
    wanted.standby = 'new'
    await connect('standby')
    expect(sessions.map(({ aborted }) => aborted)).toEqual(Array(10).fill([false, true]).flat())
  })

  test('with tokens of their own are asked for apart, each with what it refused', async () => {
    const asked: string[] = []
    const rotations = new Rotations({
      name: 'tokens',
      perServer: true,
      retires: true,
      ask: async ({ server }) => {
        asked.push(`${server?.host}:${server?.port}`)
        return secret(`for ${server?.host}`)
      },
    })
    for (const endpoint of Object.values(endpoints)) {
      await rotations.ready(endpoint, never)
      const turn = await rotations.at({ endpoint, address: '10.0.0.1', kind: 'tls' }).take(never)
      expect(turn.login.password?.reveal()).toBe(`for ${endpoint.host}`)
    }
    expect(asked).toEqual(['primary:5432', 'standby:5432'])
  })

  test('thousands of addresses over time are not all remembered', async () => {
    const rotations = new Rotations({ name: 's', perServer: false, retires: true, ask: async () => secret('one') })
    const at = (number: number) =>
      rotations.at({ endpoint: endpoints.primary, address: `10.0.${number >> 8}.${number & 255}`, kind: 'tls' })
    const [first, last] = [at(0), at(9999)]
    for (let number = 1; number < 5000; number++) at(number)
    expect(at(0)).not.toBe(first)
    expect(at(4999)).toBe(at(4999))
    expect(at(9999)).not.toBe(last)
  })
})

test('nothing that others can hold shows a password', async () => {
  const world = new World(
    (rejected) => (rejected.length ? 'CANARY-2' : 'CANARY-1'),
    (password) => password === 'CANARY-2',
  )
  await world.connect()
  const turn = await world.rotation.take(never)
  for (const thing of [turn, world.rotation, world.supply]) {
    expect(inspect(thing, { showHidden: true, depth: Number.POSITIVE_INFINITY })).not.toContain('CANARY')
    expect(JSON.stringify(thing)).not.toContain('CANARY')
  }
})
