import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { NameHistory } from '../../src/endpoints/name-history.ts'
import { type Lookup, NameWatch } from '../../src/endpoints/name-watch.ts'
import { onEvent } from '../../src/events/on-event.ts'

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance', 'setTimeout', 'clearTimeout'] })
})
afterEach(() => {
  vi.useRealTimers()
})

/** A resolver whose answers the test changes, a network in which some addresses accept connections, and a watch. */
function world() {
  const history = new NameHistory()
  const watch = new NameWatch(() => history)
  const state = {
    answer: ['10.0.0.1'] as readonly string[] | Error,
    open: ['10.0.0.1', '10.0.0.2'],
    lookUps: 0,
    knocks: 0,
  }
  const lookup: Lookup = {
    async resolve() {
      state.lookUps++
      if (state.answer instanceof Error) throw state.answer
      history.add(state.answer, performance.now())
    },
    async knock(address) {
      state.knocks++
      if (!state.open.includes(address)) throw new Error('refused')
    },
  }
  history.add(['10.0.0.1'], performance.now())
  const begin = (onMoved = () => {}, address = '10.0.0.1') =>
    watch.watch({ name: 'db.test', address, port: 5432 }, lookup, onMoved)
  return { state, begin, history }
}
const seconds = (count: number) => vi.advanceTimersByTimeAsync(count * 1000)

describe('name watch', () => {
  test('name watch: the name leads elsewhere → the sessions to its former address are told, once', async () => {
    const { state, begin } = world()
    const moved = vi.fn()
    begin(moved)
    begin(moved)
    await seconds(10)
    state.answer = ['10.0.0.2']
    const stays = vi.fn()
    begin(stays, '10.0.0.2')
    await seconds(4)
    expect(moved).not.toHaveBeenCalled()
    const events: unknown[] = []
    const stop = onEvent('verifull:endpoint', (event) => events.push(event))
    await seconds(8)
    expect(moved).toHaveBeenCalledTimes(2)
    stop()
    const endpoint = { host: 'db.test', port: 5432 }
    expect(events).toEqual([{ endpoint, kind: 'addresses', addresses: ['10.0.0.2'], left: ['10.0.0.1'] }])
    await seconds(60)
    expect(moved).toHaveBeenCalledTimes(2)
    expect(stays).not.toHaveBeenCalled()
  })

  test('name watch: the resolver fails → nobody is told', async () => {
    const { state, begin } = world()
    const moved = vi.fn()
    begin(moved)
    state.answer = new Error('EAI_AGAIN')
    await seconds(600)
    expect(moved).not.toHaveBeenCalled()
    expect(state.lookUps).toBeGreaterThan(100)
  })

  test('name watch: nothing listens at the new address → nobody is told before something does', async () => {
    const { state, begin } = world()
    const moved = vi.fn()
    begin(moved)
    state.answer = ['10.0.0.2']
    state.open = []
    await seconds(60)
    expect(moved).not.toHaveBeenCalled()
    expect(state.knocks).toBeGreaterThan(10)
    state.open = ['10.0.0.2']
    await seconds(2)
    expect(moved).toHaveBeenCalledOnce()
  })

  test('name watch: 100 addresses, none reachable → three are knocked at', async () => {
    const { state, begin } = world()
    begin()
    state.answer = Array.from({ length: 100 }, (_, index) => `10.0.1.${index}`)
    await seconds(11)
    expect(state.knocks).toBeGreaterThan(0)
    expect(state.knocks % 3).toBe(0)
  })

  test('name watch: open sessions → one look-up in five seconds for all; none open → none', async () => {
    const { state, begin } = world()
    const ends = Array.from({ length: 50 }, () => begin())
    await seconds(50)
    expect(state.lookUps).toBe(10)
    for (const end of ends) end()
    expect(vi.getTimerCount()).toBe(0)
    await seconds(50)
    expect(state.lookUps).toBe(10)
    begin()
    await seconds(50)
    expect(state.lookUps).toBe(20)
  })

  test('name watch: new connections look the name up all the time → the watch does not', async () => {
    const { state, begin, history } = world()
    begin()
    for (let i = 0; i < 50; i++) {
      await seconds(1)
      history.add(['10.0.0.1'], performance.now())
    }
    expect(state.lookUps).toBe(0)
  })

  test('name watch: a session ends during a look-up → it is not told', async () => {
    const { state, begin } = world()
    const moved = vi.fn()
    const end = begin(moved)
    state.answer = ['10.0.0.2']
    await seconds(9)
    end()
    end()
    await seconds(60)
    expect(moved).not.toHaveBeenCalled()
  })
})
