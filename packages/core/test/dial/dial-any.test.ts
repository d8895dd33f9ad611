import { outcomeWithin } from '@verifull/test-harness/fixtures'
import { describe, expect, test } from 'vitest'
import { dialAny } from '../../src/dial/dial.ts'
import { ConfigurationError } from '../../src/errors/configuration-error.ts'
import { CredentialsError } from '../../src/errors/credentials-error.ts'
import { ServerError } from '../../src/errors/server-error.ts'
import type { Profile } from '../../src/profile/profile.ts'
import { tcp } from '../addresses/endpoints.ts'
import { authentication, errorResponse } from '../wire/backend-messages.ts'
import { MemoryNetwork, type MemoryServer, open } from './memory-network.ts'
import { loginsThat, profileWith } from './profile.ts'

const STARTING_UP = [errorResponse({ C: '57P03', M: 'the database system is starting up' })]

/** A profile for this host, with changes. */
function at(host: string, changes: Partial<Profile> = {}): Profile {
  return profileWith({ endpoints: [tcp(host, 5432)], ...changes })
}

/** The hosts that were dialed, in order. */
function opened({ events }: MemoryNetwork): string[] {
  return events.filter((event) => event.startsWith('open')).map((event) => event.slice(5, -5))
}

describe('dial: several profiles', () => {
  test('several servers → in random order, with the profile of the connection', async () => {
    const profiles = ['a.test', 'b.test', 'c.test'].map((host) => at(host))
    const network = () => new MemoryNetwork({ 'a.test': open(), 'b.test': open(), 'c.test': open() })
    const hosts = new Set<string>()
    for (let i = 0; i < 100; i++) {
      const { attestation, profile } = await dialAny(profiles, {}, undefined, network())
      expect(profile).toBe(
        profiles.find(({ endpoints: [one] }) => one?.kind === 'tcp' && one.host === attestation.host),
      )
      hosts.add(attestation.host)
    }
    expect([...hosts].sort()).toEqual(['a.test', 'b.test', 'c.test'])
  })

  test.each<[string, MemoryServer, Partial<Profile>, string]>([
    ['refuses the connection', 'refuses', {}, 'ECONNREFUSED'],
    ['is starting up', STARTING_UP, {}, '57P03'],
    [
      'has the wrong role',
      open({ server_version: '18.0', in_hot_standby: 'on', default_transaction_read_only: 'off' }),
      { targetSessionAttrs: 'primary' },
      'WRONG_ROLE',
    ],
    ['is silent', 'is silent', { deadlineMs: 200 }, 'ETIMEDOUT'],
  ])('one %s → the next', async (_what, server, changes, code) => {
    // In 20 random orders the failing one is first at least once.
    const failures = new Set<string | undefined>()
    for (let i = 0; i < 20 && !failures.has(code); i++) {
      const network = new MemoryNetwork({ 'bad.test': server, 'good.test': open() })
      const { attestation } = await dialAny(
        [at('bad.test', changes), at('good.test', { deadlineMs: changes.deadlineMs ?? 10_000 })],
        {},
        undefined,
        network,
      )
      expect(attestation.host).toBe('good.test')
      failures.add(attestation.failedAttempts[0]?.code)
    }
    expect(failures).toContain(code)
  })

  test.each<[string, MemoryServer, unknown]>([
    ['refuses the password', [authentication(3), errorResponse({ C: '28P01', M: 'no' })], ServerError],
    ['refuses the session', [errorResponse({ C: '53300', M: 'too many' })], ServerError],
  ])('one %s → the search ends', async (_what, server, kind) => {
    const network = new MemoryNetwork({ 'a.test': server, 'b.test': server })
    await expect(dialAny([at('a.test'), at('b.test')], {}, undefined, network)).rejects.toBeInstanceOf(kind)
    expect(opened(network)).toHaveLength(1)
  })

  test('no credentials for one → the search ends', async () => {
    const sealed = () => Promise.reject(new CredentialsError('CREDENTIALS_PROVIDER', 'the store is sealed', true))
    const logins = loginsThat(sealed)
    const network = new MemoryNetwork({})
    const dialing = dialAny([at('a.test', { logins }), at('b.test', { logins })], {}, undefined, network)
    await expect(dialing).rejects.toThrow('the store is sealed')
    expect(opened(network)).toEqual([])
  })

  test('different users and databases → each its own', async () => {
    const network = new MemoryNetwork({ 'a.test': open() })
    await dialAny([at('a.test', { database: 'orders' })], { application_name: 'billing' }, undefined, network)
    expect(String(network.channels[0]?.sent[0])).toContain('database\0orders\0application_name\0billing\0')
  })
})

describe('dial: several profiles, all fail', () => {
  test('the error → names them all', async () => {
    const dialing = dialAny([at('a.test'), at('b.test')], {}, undefined, new MemoryNetwork({}))
    const error = await dialing.catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ name: 'ConnectError', code: 'ECONNREFUSED' })
    const lines = (error as Error).message.split('\n')
    expect(lines[0]).toBe('cannot connect to any host:')
    expect(lines.slice(1).sort()).toEqual([
      '  a.test:5432, plaintext: connect ECONNREFUSED a.test:5432',
      '  b.test:5432, plaintext: connect ECONNREFUSED b.test:5432',
    ])
  })

  test('one deadline → for all, with a share for each host', async () => {
    const network = new MemoryNetwork({ 'a.test': 'is silent', 'b.test': 'is silent', 'c.test': 'is silent' })
    const profiles = ['a.test', 'b.test', 'c.test'].map((host) => at(host, { deadlineMs: 300 }))
    const outcome = await outcomeWithin(800, dialAny(profiles, {}, undefined, network))
    expect(outcome).toMatchObject({ error: { code: 'ETIMEDOUT' } })
    expect(opened(network).sort()).toEqual(['a.test', 'b.test', 'c.test'])
    await expect.poll(() => network.channels.every(({ destroyed }) => destroyed)).toBe(true)
  })

  test('a connect_timeout shorter than the share → applies', async () => {
    const network = new MemoryNetwork({ 'a.test': 'is silent', 'b.test': 'is silent' })
    const profiles = ['a.test', 'b.test'].map((host) => at(host, { connectTimeoutMs: 50 }))
    await expect(dialAny(profiles, {}, undefined, network)).rejects.toThrow(
      'timeout expired: no connection to a.test:5432 within connect_timeout, 0.05 s',
    )
  })

  test('the caller aborts → no further server', async () => {
    const network = new MemoryNetwork({ 'a.test': 'is silent', 'b.test': 'is silent' })
    const reason = new Error('shutting down')
    const dialing = dialAny([at('a.test'), at('b.test')], {}, AbortSignal.any([abortedSoon(reason)]), network)
    await expect(dialing).rejects.toBe(reason)
    expect(opened(network)).toHaveLength(1)
  })
})

test('an empty list → refused', async () => {
  await expect(dialAny([])).rejects.toThrow(
    new ConfigurationError([
      { parameter: 'profiles', severity: 'refuse', message: 'there is no server to connect to: the list is empty' },
    ]),
  )
})

function abortedSoon(reason: Error): AbortSignal {
  const controller = new AbortController()
  setTimeout(() => controller.abort(reason), 20)
  return controller.signal
}
