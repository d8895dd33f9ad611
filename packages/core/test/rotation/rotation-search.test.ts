import type { GetSecretValueCommand } from '@aws-sdk/client-secrets-manager'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { cached } from '../../src/credentials/cached.ts'
import type { CredentialsProvider } from '../../src/credentials/credentials.ts'
import { awsSecretsManager } from '../../src/stores/aws/secrets-manager.ts'
import { codes, many } from './settled.ts'
import { World } from './world.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const later = (ms: number) => vi.advanceTimersByTimeAsync(ms)

/** A world whose source is a provider behind a cache. */
function worldWith(provider: CredentialsProvider, accepts: World['accepts']): World {
  const get = cached(provider)
  const world = new World(() => '', accepts)
  const source = world.current.source as { fetch: CredentialsProvider }
  source.fetch = async (request) => ({ ...(await get(request)), user: 'app' })
  return world
}

/** Secrets Manager with a version per stage. */
function storeWith(stages: Record<string, string>) {
  const store = {
    stages,
    asked: [] as string[],
    atOnce: 0,
    answer: async (_stage: string): Promise<void> => {},
    client: {
      async send({ input }: GetSecretValueCommand) {
        const stage = input.VersionStage ?? ''
        store.asked.push(stage)
        await store.answer(stage)
        const password = store.stages[stage]
        if (password === undefined) throw Object.assign(new Error(), { name: 'ResourceNotFoundException' })
        return { SecretString: JSON.stringify({ username: 'app', password }), VersionId: password }
      },
    },
  }
  return { store, provider: awsSecretsManager({ secretId: 'orders', client: store.client }) }
}

/** Warms up, because the first request imports the SDK, which takes real time. */
const warm = async () => {
  vi.useRealTimers()
  const { provider } = storeWith({ AWSCURRENT: 'any' })
  await provider({ signal: new AbortController().signal })
  vi.useFakeTimers()
}

describe('search for a replacement, server that admitted logins before', () => {
  test.each([1000, 3000, 5000])('a store that is %i ms late → waited for', async (lateMs) => {
    const world = new World(
      () => 'old',
      () => true,
    )
    await many(world, 5)
    const began = performance.now()
    world.accepts = (password) => password === 'new'
    world.gives = () => (performance.now() - began >= lateMs ? 'new' : 'old')
    expect(codes(await many(world, 40))).toEqual(new Set(['in']))
  })

  test('a late server → accepts the secret that it accepted last', async () => {
    const world = new World(
      () => 'old',
      (password) => password === 'old',
    )
    await many(world, 5)
    world.gives = () => 'new'
    const began = performance.now()
    let last = 0
    const connecting = Array.from({ length: 40 }, () => world.connect().then(() => (last = performance.now())))
    await later(60_000)
    await Promise.all(connecting)
    expect(last - began).toBeLessThan(200)
    world.accepts = (password) => password === 'new'
    expect(codes(await many(world, 40))).toEqual(new Set(['in']))
  })

  test('the last accepted secret has expired → not used', async () => {
    const lease = new AbortController()
    const world = new World(
      () => 'old',
      (password) => password === 'old',
    )
    const source = world.current.source as { fetch: CredentialsProvider }
    const { fetch } = source
    source.fetch = async (request) => ({ ...(await fetch(request)), retired: lease.signal })
    await many(world, 5)
    lease.abort()
    world.gives = () => 'new'
    const tried: string[] = []
    world.accepts = (password) => tried.push(password) < 0
    expect(codes(await many(world, 5))).toEqual(new Set(['28P01']))
    expect(new Set(tried)).toEqual(new Set(['new']))
  })

  test('another caller gets a new secret → the search ends at once', async () => {
    const world = new World(
      () => 'old',
      () => true,
    )
    await many(world, 5)
    world.accepts = (password) => password === 'new'
    world.gives = (rejected) => (rejected.length ? new Promise(() => {}) : 'old')
    let isIn = false
    const waiting = world.connect().then(() => (isIn = true))
    await later(100)
    expect(isIn).toBe(false)
    world.gives = () => 'new'
    await Promise.all([world.connect(), waiting])
    expect(isIn).toBe(true)
  })

  test('changed on the server alone → few logins and requests more than one per connection', async () => {
    const world = new World(
      () => 'old',
      () => true,
    )
    await many(world, 50)
    const [logins, questions] = [world.logins, world.questions]
    world.accepts = () => false
    expect(codes(await many(world, 50))).toEqual(new Set(['28P01']))
    expect(world.logins - logins - 50).toBeLessThanOrEqual(12)
    expect(world.questions - questions - 50).toBeLessThanOrEqual(7)
  })
})

describe('search for a replacement, Secrets Manager', () => {
  test('responses of 2 s each → all stages in parallel, the right one after 2 s', async () => {
    await warm()
    const { store, provider } = storeWith({ AWSCURRENT: 'old', AWSPREVIOUS: 'older' })
    const world = worldWith(provider, () => true)
    await many(world, 5)
    store.stages.AWSPENDING = 'new'
    world.accepts = (password) => password === 'new'
    store.answer = () => new Promise((resolve) => setTimeout(resolve, 2000))
    let isIn = 0
    for (let count = 0; count < 40; count++) world.connect().then(() => isIn++)
    await later(2500)
    expect(isIn).toBe(40)
    expect(store.asked.length).toBeLessThanOrEqual(6)
  })

  test.each(['AWSCURRENT', 'AWSPENDING', 'AWSPREVIOUS'])(
    'throttled %s → delays no other stage for long',
    async (slow) => {
      await warm()
      const { store, provider } = storeWith({ AWSCURRENT: 'old' })
      const world = worldWith(provider, () => true)
      await many(world, 5)
      store.stages.AWSPENDING = 'new'
      store.answer = async (stage) => {
        if (stage === slow) throw Object.assign(new Error(), { name: 'ThrottlingException' })
      }
      world.accepts = (password) => password === 'new'
      if (slow === 'AWSPENDING') setTimeout(() => (store.answer = async () => {}), 1000)
      let isIn = 0
      for (let count = 0; count < 40; count++)
        world.connect().then(
          () => isIn++,
          () => {},
        )
      await later(slow === 'AWSPENDING' ? 4000 : 1000)
      expect(isIn).toBe(40)
      await later(60_000)
    },
  )

  test('a response → no further requests', async () => {
    await warm()
    const { store, provider } = storeWith({ AWSCURRENT: 'new' })
    store.answer = async (stage) => {
      if (stage !== 'AWSCURRENT') throw Object.assign(new Error(), { name: 'ThrottlingException' })
    }
    const rejected = [{ user: 'app', password: 'old' }]
    expect(await provider({ signal: new AbortController().signal, rejected })).toMatchObject({ password: 'new' })
    await later(60_000)
    expect(store.asked.length).toBe(3)
  })
})

describe('search for a replacement, wrong secret → at most 10 requests and 12 logins', () => {
  test.each<[string, Record<string, string>, number]>([
    ['with no other version', {}, 10],
    ['with a previous version', { AWSPREVIOUS: 'older' }, 10],
    ['with a pending version', { AWSPENDING: 'newer' }, 10],
    ['with both', { AWSPENDING: 'newer', AWSPREVIOUS: 'older' }, 10],
  ])('%s, for 50 checkouts', async (_, others, most) => {
    await warm()
    const { store, provider } = storeWith({ AWSCURRENT: 'wrong', ...others })
    const world = worldWith(provider, () => false)
    const connecting = Array.from({ length: 50 }, async (_, index) => {
      await new Promise((resolve) => setTimeout(resolve, index * 10))
      await world.connect()
    })
    const outcomes = Promise.allSettled(connecting)
    await later(10_000)
    expect(codes(await outcomes)).toEqual(new Set(['28P01']))
    expect(store.asked.length).toBeLessThanOrEqual(most)
    expect(world.logins).toBeLessThanOrEqual(12)
  })

  test('50 checkouts every 100 ms for ten seconds', async () => {
    await warm()
    const { store, provider } = storeWith({ AWSCURRENT: 'wrong' })
    const world = worldWith(provider, () => false)
    for (let tide = 0; tide < 100; tide++) {
      for (let count = 0; count < 50; count++) world.connect().catch(() => {})
      await later(100)
    }
    expect(store.asked.length).toBeLessThanOrEqual(10)
    expect(world.logins).toBeLessThanOrEqual(12)
    store.stages.AWSCURRENT = 'right'
    world.accepts = (password) => password === 'right'
    await later(8000)
    expect(codes(await many(world, 50))).toEqual(new Set(['in']))
  })

  test('accepted before, checkouts every 100 ms for ten seconds → no more requests', async () => {
    await warm()
    const { store, provider } = storeWith({ AWSCURRENT: 'good' })
    const world = worldWith(provider, () => true)
    await many(world, 5)
    world.accepts = () => false
    for (let tide = 0; tide < 100; tide++) {
      for (let count = 0; count < 50; count++) world.connect().catch(() => {})
      await later(100)
    }
    expect(store.asked.length).toBeLessThanOrEqual(10)
  })
})
