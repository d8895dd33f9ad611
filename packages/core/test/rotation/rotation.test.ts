import { inspect } from 'node:util'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { codes, many, settled } from './settled.ts'
import { never, tick, World } from './world.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

describe('rotation, untested secret', () => {
  test('many connections → three probes, the others follow when one is accepted', async () => {
    const world = new World(
      () => 'good',
      () => true,
      { pause: tick },
    )
    expect(codes(await many(world, 50))).toEqual(new Set(['in']))
    expect([world.logins, world.mostProbes]).toEqual([50, 3])
  })

  test('a probe whose network fails → the others do not wait for it', async () => {
    let lost = 0
    const world = new World(
      () => 'good',
      () => (++lost <= 10 ? undefined : true),
      { pause: tick },
    )
    const outcomes = await many(world, 50)
    expect(outcomes.filter(({ status }) => status === 'rejected')).toHaveLength(10)
    expect(world.mostProbes).toBe(3)
  })

  test('wrong → a dozen logins and four requests, and an error per connection', async () => {
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
    // Each connection reads the cache before it dials; the rest belongs to the search for a replacement.
    expect(world.questions - questions - 50).toBe(3)
  })
})

describe('rotation, a function with another password per call', () => {
  const counting = (accepts: World['accepts'] = () => true) => {
    let calls = 0
    return new World(() => `token ${++calls}`, accepts, { retires: false, pause: tick })
  }

  test('one was accepted → no waiting, and nothing is retired', async () => {
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

  test('all wrong → as few logins as with one wrong secret', async () => {
    const world = counting(() => false)
    expect(codes(await many(world, 50))).toEqual(new Set(['28P01']))
    expect(world.logins).toBeLessThanOrEqual(50)
  })

  test('all wrong after an accepted one → one login per connection, and few more', async () => {
    const world = counting()
    await settled(world.connect())
    const { logins } = world
    world.accepts = () => false
    expect(codes(await many(world, 50))).toEqual(new Set(['28P01']))
    expect(world.logins - logins).toBeLessThanOrEqual(62)
  })

  test('connections over time → three probes at a time of passwords never accepted', async () => {
    let [now, most] = [0, 0]
    const world = counting(() => {
      now--
      return false
    })
    const enter = world.gate.enter.bind(world.gate)
    world.gate.enter = async (signal) => {
      const ticket = await enter(signal)
      most = Math.max(most, ++now)
      return ticket
    }
    const connecting = Array.from({ length: 40 }, async (_, index) => {
      await tick(index)
      return await world.connect()
    })
    await settled(...connecting)
    expect(most).toBe(3)
    expect(world.logins).toBeLessThanOrEqual(12)
  })

  test('many connections → no state grows', async () => {
    const world = counting()
    await many(world, 300)
    const size = inspect(world.gate, { showHidden: true, depth: 9 }).length
    for (let round = 0; round < 5; round++) await many(world, 300)
    expect(inspect(world.gate, { showHidden: true, depth: 9 }).length).toBe(size)
  })
})

test('objects outside the module → show no password', async () => {
  const world = new World(
    (rejected) => (rejected.length ? 'CANARY-2' : 'CANARY-1'),
    (password) => password === 'CANARY-2',
  )
  await world.connect()
  const ticket = await world.gate.enter(never)
  for (const thing of [ticket, world.gate, world.current]) {
    expect(inspect(thing, { showHidden: true, depth: Number.POSITIVE_INFINITY })).not.toContain('CANARY')
    expect(JSON.stringify(thing)).not.toContain('CANARY')
  }
})
