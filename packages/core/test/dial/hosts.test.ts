import { getEventListeners } from 'node:events'
import { describe, expect, test } from 'vitest'
import { dial } from '../../src/dial/dial.ts'
import { AuthenticationError } from '../../src/errors/authentication-error.ts'
import { ConnectError } from '../../src/errors/connect-error.ts'
import { ServerError } from '../../src/errors/server-error.ts'
import { socket, tcp } from '../addresses/endpoints.ts'
import { authentication, errorResponse } from '../wire/backend-messages.ts'
import { MemoryNetwork, type MemoryServer, open } from './memory-network.ts'
import { profileWith } from './profile.ts'

const TWO = [tcp('one.test', 5432), tcp('two.test', 5433)]
const STARTING_UP = [errorResponse({ C: '57P03', M: 'the database system is starting up' })]
const REFUSED = 'connect ECONNREFUSED'

describe('dial: several hosts', () => {
  test('in order → the first that accepts', async () => {
    const network = new MemoryNetwork({ 'one.test': open(), 'two.test': open() })
    const { attestation } = await dial(profileWith({ endpoints: TWO }), {}, undefined, network)
    expect(attestation).toMatchObject({ host: 'one.test', address: 'one.test', port: 5432, failedAttempts: [] })
    expect(network.events).toEqual(['resolve one.test', 'open one.test:5432'])
  })

  test.each<[string, MemoryServer, string]>([
    ['refuses the connection', 'refuses', 'ECONNREFUSED'],
    ['is starting up', STARTING_UP, '57P03'],
  ])('one %s → the next', async (_what, server, code) => {
    const network = new MemoryNetwork({ 'one.test': server, 'two.test': open() })
    const { attestation } = await dial(profileWith({ endpoints: TWO }), {}, undefined, network)
    expect(attestation.host).toBe('two.test')
    expect(attestation.failedAttempts).toEqual([
      expect.objectContaining({ host: 'one.test', address: 'one.test', port: 5432, attempt: 'plain', code }),
    ])
  })

  test('a name that does not resolve → the next', async () => {
    const network = new MemoryNetwork({ 'two.test': open() }, { 'one.test': [] })
    const { attestation } = await dial(profileWith({ endpoints: TWO }), {}, undefined, network)
    expect(attestation.failedAttempts).toEqual([
      { host: 'one.test', port: 5432, attempt: 'plain', code: 'ENOTFOUND', reason: 'getaddrinfo ENOTFOUND one.test' },
    ])
  })

  test.each<[string, MemoryServer, unknown]>([
    ['refuses the password', [authentication(3), errorResponse({ C: '28P01', M: 'no' })], ServerError],
    ['refuses the session', [errorResponse({ C: '53300', M: 'too many' })], ServerError],
    ['asks for what is not supported', [authentication(7)], AuthenticationError],
    ['hangs up', [], ConnectError],
    ['sends garbage', [Buffer.from('HTTP/1.1 400 Bad Request\r\n')], ConnectError],
  ])('one %s → the search ends, as in libpq', async (_what, server, kind) => {
    const network = new MemoryNetwork({ 'one.test': server, 'two.test': open() })
    const dialing = dial(profileWith({ endpoints: TWO }), {}, undefined, network)
    await expect(dialing).rejects.toBeInstanceOf(kind)
    expect(network.channels.map(({ destroyed }) => destroyed)).toEqual([true])
  })

  test('all fail → the error lists them', async () => {
    const network = new MemoryNetwork({ 'two.test': STARTING_UP }, { 'one.test': ['10.0.0.1', '10.0.0.2'] })
    const error = await dial(profileWith({ endpoints: TWO }), {}, undefined, network).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(ServerError)
    expect((error as ServerError).cause).toMatchObject({
      name: 'ConnectError',
      code: '57P03',
      message: [
        'cannot connect to any host:',
        `  one.test:5432 (10.0.0.1), plaintext: ${REFUSED} 10.0.0.1:5432`,
        `  one.test:5432 (10.0.0.2), plaintext: ${REFUSED} 10.0.0.2:5432`,
        '  two.test:5433, plaintext: the database system is starting up',
      ].join('\n'),
    })
  })

  test('a single failure → one line, with its code', async () => {
    const error = await dial(profileWith({}), {}, undefined, new MemoryNetwork({})).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({
      name: 'ConnectError',
      message: `cannot connect to one.test:5432, plaintext: ${REFUSED} one.test:5432`,
      code: 'ECONNREFUSED',
      attempts: [{ host: 'one.test', code: 'ECONNREFUSED' }],
    })
  })
})

describe('dial: several addresses of a name', () => {
  const names = { 'one.test': ['10.0.0.1', '10.0.0.2', '10.0.0.3'] }

  test('in order → the first that responds', async () => {
    const network = new MemoryNetwork({ '10.0.0.3': open() }, names)
    const { attestation } = await dial(profileWith({}), {}, undefined, network)
    expect(attestation).toMatchObject({ host: 'one.test', address: '10.0.0.3' })
    expect(network.events).toEqual([
      'resolve one.test',
      'open 10.0.0.1:5432',
      'open 10.0.0.2:5432',
      'open 10.0.0.3:5432',
    ])
  })

  test('one responded and failed → no other, as it is the same server', async () => {
    const network = new MemoryNetwork({ '10.0.0.1': STARTING_UP, '10.0.0.2': open() }, names)
    await expect(dial(profileWith({}), {}, undefined, network)).rejects.toMatchObject({ code: '57P03' })
    expect(network.events).toEqual(['resolve one.test', 'open 10.0.0.1:5432'])
  })

  test('a silent one → the next after its timeout', async () => {
    const network = new MemoryNetwork({ '10.0.0.1': 'is silent', '10.0.0.2': open() }, names)
    const { attestation } = await dial(profileWith({ connectTimeoutMs: 20 }), {}, undefined, network)
    expect(attestation.address).toBe('10.0.0.2')
    expect(attestation.failedAttempts).toMatchObject([{ address: '10.0.0.1', code: 'ETIMEDOUT' }])
    expect(network.channels.map(({ destroyed }) => destroyed)).toEqual([true, false])
  })

  test('hostaddr → dialed, with the host as the name', async () => {
    const network = new MemoryNetwork({ '10.0.0.9': open() })
    const endpoints = [tcp('one.test', 5432, '10.0.0.9')]
    const { attestation } = await dial(profileWith({ endpoints }), {}, undefined, network)
    expect(attestation).toMatchObject({ host: 'one.test', address: '10.0.0.9' })
    expect(network.events).toEqual(['resolve 10.0.0.9', 'open 10.0.0.9:5432'])
  })

  test('a socket → nothing is resolved', async () => {
    const network = new MemoryNetwork({ '/run/.s.PGSQL.5432': open() })
    const endpoints = [socket('/run', 5432, '/run/.s.PGSQL.5432')]
    await dial(profileWith({ endpoints }), {}, undefined, network)
    expect(network.events).toEqual(['open /run/.s.PGSQL.5432'])
  })

  test('a socket, any mode → plaintext', async () => {
    const network = new MemoryNetwork({ '/run/.s.PGSQL.5432': open() })
    const endpoints = [socket('/run', 5432, '/run/.s.PGSQL.5432')]
    const attempts = [{ kind: 'tls', verification: 'full' }] as const
    const { attestation } = await dial(profileWith({ endpoints, attempts }), {}, undefined, network)
    expect(attestation.encrypted).toBe(false)
  })
})

describe('load_balance_hosts=random', () => {
  const endpoints = ['a', 'b', 'c', 'd'].map((host) => tcp(`${host}.test`, 5432))
  const servers = Object.fromEntries(endpoints.map(({ host }) => [host, open()]))

  async function chosen(loadBalanceHosts: 'disable' | 'random'): Promise<Set<string>> {
    const hosts = new Set<string>()
    for (let i = 0; i < 200; i++) {
      const profile = profileWith({ endpoints, loadBalanceHosts })
      hosts.add((await dial(profile, {}, undefined, new MemoryNetwork(servers))).attestation.host)
    }
    return hosts
  }

  test('several hosts → in random order', async () => {
    expect([...(await chosen('random'))].sort()).toEqual(['a.test', 'b.test', 'c.test', 'd.test'])
    expect([...(await chosen('disable'))]).toEqual(['a.test'])
  })

  test('several addresses → in random order, each once', async () => {
    const names = { 'one.test': ['10.0.0.1', '10.0.0.2', '10.0.0.3'] }
    const first = new Set<string | undefined>()
    for (let i = 0; i < 100; i++) {
      const network = new MemoryNetwork({}, names)
      const dialing = dial(profileWith({ loadBalanceHosts: 'random' }), {}, undefined, network)
      await expect(dialing).rejects.toMatchObject({ code: 'ECONNREFUSED' })
      const opened = network.events.slice(1)
      expect([...opened].sort()).toEqual(['open 10.0.0.1:5432', 'open 10.0.0.2:5432', 'open 10.0.0.3:5432'])
      first.add(opened[0])
    }
    expect(first.size).toBe(3)
  })
})

test('dial: a connection → no listener is left on the caller’s signal', async () => {
  const { signal } = new AbortController()
  const network = new MemoryNetwork({ '10.0.0.2': open() }, { 'one.test': ['10.0.0.1', '10.0.0.2'] })
  await dial(profileWith({ connectTimeoutMs: 1000 }), {}, signal, network)
  await expect(dial(profileWith({}), {}, signal, new MemoryNetwork({}))).rejects.toThrow(ConnectError)
  expect(getEventListeners(signal, 'abort')).toHaveLength(0)
})
