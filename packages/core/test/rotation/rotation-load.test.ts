import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { cached } from '../../src/credentials/cached.ts'
import type { CredentialsProvider } from '../../src/credentials/credentials.ts'
import { awsParameterStore } from '../../src/stores/aws/parameter-store.ts'
import { awsSecretsManager } from '../../src/stores/aws/secrets-manager.ts'
import { vaultDatabase } from '../../src/stores/vault/database.ts'
import { vaultKv } from '../../src/stores/vault/kv.ts'
import type { VaultClient } from '../../src/stores/vault/settings.ts'
import { World } from './world.ts'

afterEach(() => void vi.useRealTimers())

/** Secrets by stage; other stages return the current one. */
interface Store {
  readonly stages: Record<string, string>
  /** Delays or fails before a response. */
  meet(): Promise<void>
}

const AUTH = { method: 'token', token: 'root' } as const
const ADDRESS = 'http://127.0.0.1:1'

function vault({ stages, meet }: Store): VaultClient {
  return {
    async read(path) {
      if (path.startsWith('auth/')) return { data: { ttl: 0 } }
      if (path.startsWith('sys/internal')) return { data: { path: 'secret/', type: 'kv', options: { version: '2' } } }
      await meet()
      const fields = { username: 'app', password: stages.AWSCURRENT }
      return {
        data: path.startsWith('secret/') ? { data: fields, metadata: { version: 1 } } : { ...fields, ttl: 3600 },
      }
    },
    write: async () => ({}),
  }
}

const PROVIDERS: Readonly<Record<string, (store: Store) => CredentialsProvider>> = {
  'Secrets Manager': ({ stages, meet }) =>
    awsSecretsManager({
      secretId: 'orders',
      client: {
        async send({ input: { VersionStage = '' } }) {
          await meet()
          const password = stages[VersionStage]
          if (password === undefined) throw Object.assign(new Error(), { name: 'ResourceNotFoundException' })
          return { SecretString: password, VersionId: password }
        },
      },
    }),
  'Parameter Store': ({ stages, meet }) =>
    awsParameterStore({
      name: '/orders',
      client: {
        async send() {
          await meet()
          return { Parameter: { Value: stages.AWSCURRENT, Version: 1 } }
        },
      },
    }),
  'Vault KV': (store) => vaultKv({ address: ADDRESS, auth: AUTH, path: 'secret/orders', client: vault(store) }, {}),
  'Vault static role': (store) =>
    vaultDatabase({ address: ADDRESS, auth: AUTH, staticRole: 'orders', client: vault(store) }, {}),
  'a function': ({ stages, meet }) => {
    return async () => {
      await meet()
      return { password: stages.AWSCURRENT ?? '' }
    }
  },
}

const wait = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))
const throttled = () => {
  throw Object.assign(new Error(), {
    name: 'ThrottlingException',
    $metadata: { httpStatusCode: 400 },
    response: { statusCode: 429, body: { errors: [] } },
  })
}
const failing = () => {
  throw Object.assign(new Error(), {
    name: 'InternalServiceError',
    $metadata: { httpStatusCode: 500 },
    response: { statusCode: 500, body: { errors: [] } },
  })
}

/** Fate of a request by its number. */
const FAULTS: Readonly<Record<string, (count: number) => Promise<void> | void>> = {
  'answers at once': () => {},
  'answers after half a second': () => wait(500),
  'throttles two of three questions': (count) => (count % 3 ? throttled() : undefined),
  'throttles two of three questions, and is slow': (count) => (count % 3 ? throttled() : wait(500)),
  'fails on two of three questions': (count) => (count % 3 ? failing() : undefined),
}

const DEADLINE_MS = 4750

/** Opens connections for six seconds, each with its deadline; resolves with the errors of those that failed. */
async function load(world: World, act: () => Promise<void>): Promise<unknown[]> {
  const failures: unknown[] = []
  const connect = () =>
    world.connect(AbortSignal.any([deadline()])).catch((error: unknown) => void failures.push(error))
  const acting = act()
  for (let tide = 0; tide < 60; tide++) {
    for (let count = 0; count < 5; count++) void connect()
    await vi.advanceTimersByTimeAsync(100)
  }
  await vi.advanceTimersByTimeAsync(20_000)
  await acting
  return failures
}

/** AbortSignal.timeout() ignores fake timers. */
function deadline(): AbortSignal {
  const controller = new AbortController()
  setTimeout(() => controller.abort(new Error('deadline')), DEADLINE_MS)
  return controller.signal
}

describe.each(Object.entries(PROVIDERS))('rotation under load, %s', (name, make) => {
  beforeEach(async () => {
    // The first request imports the SDK, which takes real time.
    await make({ stages: { AWSCURRENT: 'any' }, meet: async () => {} })({ signal: new AbortController().signal })
    vi.useFakeTimers()
  })

  async function setUp(meet: (count: number) => Promise<void> | void) {
    let [count, isFaulty] = [0, false]
    const stages: Record<string, string> = { AWSCURRENT: 'old' }
    const store: Store = { stages, meet: async () => (isFaulty ? await meet(++count) : undefined) }
    const get = cached(make(store))
    const world = new World(
      () => '',
      (password) => password === 'old',
    )
    const source = world.current.source as { fetch: CredentialsProvider }
    source.fetch = async (request) => ({ ...(await get(request)), user: 'app' })
    await world.connect()
    isFaulty = true
    return { world, stages, questions: () => count }
  }

  describe.each(Object.entries(FAULTS))('that %s', (_fault, meet) => {
    test('the database is ahead for three seconds → no connection fails', async () => {
      const { world, stages, questions } = await setUp(meet)
      const failures = await load(world, async () => {
        stages.AWSPENDING = 'new'
        world.accepts = (password) => password === 'new'
        await wait(3000)
        Object.assign(stages, { AWSCURRENT: 'new', AWSPREVIOUS: 'old' })
      })
      expect(failures).toEqual([])
      expect(questions()).toBeLessThanOrEqual(40)
    })

    test('the database is behind for three seconds → no connection fails', async () => {
      const { world, stages, questions } = await setUp(meet)
      const failures = await load(world, async () => {
        Object.assign(stages, { AWSCURRENT: 'new', AWSPREVIOUS: 'old' })
        await wait(3000)
        world.accepts = (password) => password === 'new'
      })
      expect(failures).toEqual([])
      expect(questions()).toBeLessThanOrEqual(40)
    })

    test('a quick rotation → no connection fails', async () => {
      const { world, stages } = await setUp(meet)
      const failures = await load(world, async () => {
        world.accepts = (password) => password === 'new'
        await wait(50)
        Object.assign(stages, { AWSCURRENT: 'new', AWSPREVIOUS: 'old' })
      })
      expect(failures).toEqual([])
    })
  })

  if (name !== 'a function') {
    test('that takes two seconds for an answer, a quick rotation → no connection fails', async () => {
      const { world, stages } = await setUp(() => wait(2000))
      const failures = await load(world, async () => {
        world.accepts = (password) => password === 'new'
        Object.assign(stages, { AWSCURRENT: 'new', AWSPREVIOUS: 'old' })
      })
      expect(failures).toEqual([])
    })
  }
})
