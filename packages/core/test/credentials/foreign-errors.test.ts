import { inspect } from 'node:util'
import { listenerOf } from '@verifull/test-harness/fixtures'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { cached } from '../../src/credentials/cached.ts'
import { chained } from '../../src/credentials/chained.ts'
import type { CredentialsProvider } from '../../src/credentials/credentials.ts'
import { perServer } from '../../src/credentials/per-server.ts'
import { retried } from '../../src/credentials/retried.ts'
import { CredentialsError } from '../../src/errors/credentials-error.ts'
import type { CredentialsEvent } from '../../src/events/credentials.ts'
import type { TlsEvent } from '../../src/events/tls.ts'
import { resolveProfile } from '../../src/profile/resolve-profile.ts'
import { tlsOf } from '../profile/doors.ts'
import { CANARY } from '../stores/canary.ts'

const credentials = listenerOf<CredentialsEvent>('verifull:credentials')
const tls = listenerOf<TlsEvent>('verifull:tls')
beforeEach(() => {
  credentials.start()
  tls.start()
})
afterEach(() => {
  credentials.stop()
  tls.stop()
})

/** Checks everything printable of a value, enumerable or not. */
function expectNothing(value: unknown): void {
  const texts: string[] = [inspect(value, { depth: Infinity, showHidden: true }), JSON.stringify(value)]
  const seen = new Set<unknown>()
  const walk = (one: unknown): void => {
    if (typeof one === 'string') texts.push(one)
    if (typeof one !== 'object' || one === null || seen.has(one)) return
    seen.add(one)
    for (const key of Reflect.ownKeys(one)) walk((one as Record<PropertyKey, unknown>)[key])
  }
  walk(value)
  expect(texts.join('\n')).not.toContain(CANARY)
}

class AxiosError extends Error {
  override name = 'AxiosError'
  code = 'ERR_BAD_REQUEST'
  config = { headers: { 'X-Vault-Token': CANARY }, data: CANARY }
  response = { status: 403, data: { password: CANARY } }
}

const circular = new Error(CANARY)
circular.cause = circular

/** Errors of foreign providers. */
const THROWN: Readonly<Record<string, unknown>> = {
  'an error with its request and the response': new AxiosError(`no ${CANARY}`),
  'an error with a cause': new Error('x', { cause: new Error(CANARY) }),
  'an error that is its own cause': circular,
  'several errors': new AggregateError([new Error(CANARY)], CANARY),
  'a text': CANARY,
  'an object': { password: CANARY },
  'an error whose class and code are the secret': Object.assign(new Error('x'), { name: CANARY, code: CANARY }),
  'an error of ours with a foreign cause': new CredentialsError(
    'CREDENTIALS_DENIED',
    'no',
    false,
    new AxiosError(CANARY),
  ),
  'an error of ours with several foreign causes': new CredentialsError(
    'CREDENTIALS_DENIED',
    'no',
    false,
    new AggregateError([new CredentialsError('CREDENTIALS_INVALID', 'x', false, new Error(CANARY)), new Error(CANARY)]),
  ),
  'a property that throws': Object.defineProperty(new Error('x'), 'name', {
    get() {
      throw new Error(CANARY)
    },
  }),
}

const failing =
  (error: unknown): CredentialsProvider =>
  async () => {
    throw error
  }

/** Every function that combines providers' errors. */
const MADE: Readonly<Record<string, (one: CredentialsProvider) => CredentialsProvider>> = {
  'a chain of one': (one) => chained(one),
  'a chain': (one) => chained(one, one, one),
  'a chain whose first error is ours': (one) =>
    chained(failing(new CredentialsError('CREDENTIALS_DENIED', 'no', false)), one),
  'a chain of chains': (one) => chained(chained(one, one), chained(one, one)),
  'a cached provider': (one) => cached(one),
  'a cached chain': (one) => cached(chained(one, one)),
  'a chain of cached providers': (one) => chained(cached(one), cached(one)),
  'a chain that is retried': (one) => retried(chained(one, one)),
  'a cached provider that is retried': (one) => cached(retried(one), { timeoutMs: 200 }),
}

describe.each(Object.entries(MADE))('foreign error: %s', (_what, make) => {
  test.each(Object.entries(THROWN))('%s → its class and code alone', async (_thrown, error) => {
    const asked = make(failing(error))({ signal: AbortSignal.timeout(400) })
    const thrown = await asked.catch((one: unknown) => one)
    expect(thrown).toBeInstanceOf(CredentialsError)
    expectNothing(thrown)
    expectNothing([credentials.events, credentials.warnings])
  })
})

test('foreign error: a chain → says which provider failed, and how', async () => {
  const chain = chained(failing(new AxiosError(CANARY)), failing(new TypeError(CANARY)))
  await expect(chain({ signal: AbortSignal.timeout(400) })).rejects.toMatchObject({
    code: 'CREDENTIALS_PROVIDER',
    retryable: true,
    message:
      'provider 1 of a chain failed to give credentials (AxiosError ERR_BAD_REQUEST); its message is not shown, as it may quote the secret: log it there',
    cause: {
      errors: [
        {
          code: 'CREDENTIALS_PROVIDER',
          message:
            'provider 2 of a chain failed to give credentials (TypeError); its message is not shown, as it may quote the secret: log it there',
        },
      ],
    },
  })
})

test.each(Object.entries(THROWN))(
  'foreign error: a TLS provider throws %s → its class and code alone',
  async (_thrown, error) => {
    const settings = {
      host: 'db.example',
      user: 'app',
      environment: { NODE_ENV: 'production' },
      tls: () => Promise.reject(error),
    }
    const { profile } = resolveProfile({ settings })
    const thrown = await tlsOf(profile)
      ?.ready(new AbortController().signal)
      .catch((one: unknown) => one)
    expect(thrown).toBeInstanceOf(CredentialsError)
    expectNothing([thrown, tls.events, tls.warnings])
  },
)

describe('credentials events, foreign error', () => {
  const ask = (provider: CredentialsProvider) =>
    provider({ signal: AbortSignal.timeout(400), server: { host: 'db.example', port: 5432 } }).catch(() => undefined)

  test('of a secret for all servers → name the source', async () => {
    await ask(cached(async () => ({ user: 'app', password: CANARY, version: 'v\x1b1' })))
    expect(credentials.events).toEqual([
      {
        kind: 'fetched',
        source: 'the credentials provider',
        endpoint: undefined,
        version: 'v\\x1b1',
        expiresAt: undefined,
      },
    ])
  })

  test('of a secret for one server → name it; a failure is plain data', async () => {
    await ask(cached(perServer(failing(new AxiosError(CANARY)))))
    expect(credentials.events).toEqual([
      {
        kind: 'failed',
        source: 'the credentials provider',
        endpoint: { host: 'db.example', port: 5432 },
        error: {
          name: 'CredentialsError',
          code: 'CREDENTIALS_PROVIDER',
          message:
            'the credentials provider failed to give credentials (AxiosError ERR_BAD_REQUEST); its message is not shown, as it may quote the secret: log it there',
        },
      },
    ])
    expect(structuredClone(credentials.events)).toEqual(credentials.events)
  })
})
