import { outcomeWithin } from '@verifull/test-harness/fixtures'
import { describe, expect, test } from 'vitest'
import { dial } from '../../src/dial/dial.ts'
import type { Profile } from '../../src/profile/profile.ts'
import type { TlsMaterial } from '../../src/tls/material.ts'
import { tcp } from '../addresses/endpoints.ts'
import { authentication, errorResponse } from '../wire/backend-messages.ts'
import { MemoryNetwork, type MemoryServer, open } from './memory-network.ts'
import { profileWith } from './profile.ts'

const refusal = (C: string, M = 'no'): MemoryServer => [errorResponse({ C, M })]
const admitted = (C: string): MemoryServer => [Buffer.concat([authentication(0), errorResponse({ C, M: 'no' })])]
const standby = open({ server_version: '18.0', in_hot_standby: 'on', default_transaction_read_only: 'on' })
const primary = open({ server_version: '18.0', in_hot_standby: 'off', default_transaction_read_only: 'off' })
const version = { secureContext: () => ({}), roots: { source: 'test' }, clientCertificate: undefined }
const tls = { ready: async () => version, renewed: async () => false } as unknown as TlsMaterial
const opened = ({ events }: MemoryNetwork) => events.filter((event) => event.startsWith('open')).length

/** A profile that waits, at an address that is not this machine. */
const waiting = (changes: Partial<Profile> = {}) =>
  profileWith({ endpoints: [tcp('10.0.0.1', 5432)], failoverTimeoutMs: 3000, ...changes })

describe('dial: a failure that ends by itself is waited for', () => {
  test.each<[string, MemoryServer, Partial<Profile>]>([
    ['nothing listens', 'refuses', {}],
    ['hangs up', [], {}],
    ['is starting up (57P03)', refusal('57P03'), {}],
    ['is full (53300)', refusal('53300'), {}],
    ['is full after the login (53300)', admitted('53300'), {}],
    ['is shutting down (57P01)', refusal('57P01'), {}],
    ['has crashed (57P02)', refusal('57P02'), {}],
    ['is a PgBouncer without its server', refusal('08P01', 'pgbouncer cannot connect to server'), {}],
    ['is a PgBouncer that is full', refusal('08P01', 'no more connections allowed (max_client_conn)'), {}],
    ['has the wrong role', standby, { targetSessionAttrs: 'read-write' }],
    ['is no primary yet', standby, { targetSessionAttrs: 'primary' }],
  ])('%s, then recovers → a connection', async (_what, server, changes) => {
    const servers: Record<string, MemoryServer> = { '10.0.0.1': server }
    const network = new MemoryNetwork(servers)
    setTimeout(() => {
      servers['10.0.0.1'] = primary
    }, 150)
    const { attestation } = await dial(waiting(changes), {}, undefined, network)
    expect(attestation.host).toBe('10.0.0.1')
    expect(opened(network)).toBeGreaterThan(1)
  })

  test('it answers the request for TLS with an error message, then as it should → a second attempt', async () => {
    const servers: Record<string, MemoryServer> = { '10.0.0.1': refusal('XX000', 'could not fork new process') }
    const network = new MemoryNetwork(servers)
    setTimeout(() => {
      servers['10.0.0.1'] = [Buffer.from('N')]
    }, 150)
    const attempts: Profile['attempts'] = [{ kind: 'tls', verification: 'full' }]
    await expect(dial(waiting({ attempts, tlsFor: () => tls }), {}, undefined, network)).rejects.toMatchObject({
      code: 'TLS_NOT_OFFERED',
    })
    expect(opened(network)).toBeGreaterThan(1)
  })

  test.each<[string, MemoryServer, string]>([
    ['the password is wrong', [authentication(3), errorResponse({ C: '28P01', M: 'no' })], '28P01'],
    ['the database does not exist', admitted('3D000'), '3D000'],
    ['the role may not log in', refusal('28000'), '28000'],
    ['the pooler knows no such user', refusal('08P01', 'no such user'), '08P01'],
    ['the method is not supported', [authentication(7)], 'AUTH_UNSUPPORTED'],
    ['the peer is no PostgreSQL', [Buffer.from('HTTP/1.1 400 Bad Request\r\n')], 'PROTOCOL'],
  ])('%s → no second attempt', async (_what, server, code) => {
    const network = new MemoryNetwork({ '10.0.0.1': server })
    const error = await dial(waiting(), {}, undefined, network).catch((thrown: unknown) => thrown)
    expect((error as { code: string }).code).toBe(code)
    expect(opened(network)).toBe(1)
  })

  test('a name that does not exist → no second attempt', async () => {
    const network = new MemoryNetwork({}, { 'db.test': [] })
    const dialing = dial(waiting({ endpoints: [tcp('db.test', 5432)] }), {}, undefined, network)
    await expect(dialing).rejects.toMatchObject({ code: 'ENOTFOUND' })
    expect(network.events).toEqual(['resolve db.test'])
  })

  test('failoverTimeoutMs=0 → no second attempt, and none is held back', async () => {
    const network = new MemoryNetwork({})
    for (let i = 1; i <= 3; i++) {
      await expect(dial(waiting({ failoverTimeoutMs: 0 }), {}, undefined, network)).rejects.toMatchObject({
        code: 'ECONNREFUSED',
      })
      expect(opened(network)).toBe(i)
    }
  })
})

describe('dial: the end of the wait', () => {
  test('failoverTimeoutMs → the last failure, with the number of rounds', async () => {
    const network = new MemoryNetwork({})
    const dialing = dial(waiting({ failoverTimeoutMs: 1700 }), {}, undefined, network)
    const outcome = await outcomeWithin(2500, dialing)
    expect(outcome).toMatchObject({ error: { code: 'ECONNREFUSED', attempts: [{ host: '10.0.0.1' }] } })
    expect(String((outcome as { error: Error }).error.message)).toMatch(
      /^cannot connect to 10\.0\.0\.1:5432.*\nnote: tried \d+ times in 1\.\d s; settings\.failoverTimeoutMs \(DB_FAILOVER_TIMEOUT\) limits this wait, and 0 fails at once$/,
    )
  })

  test('the deadline comes first → the last failure, not a timeout', async () => {
    const dialing = dial(waiting({ deadlineMs: 200 }), {}, undefined, new MemoryNetwork({}))
    expect(await outcomeWithin(1000, dialing)).toMatchObject({ error: { code: 'ECONNREFUSED' } })
  })

  test('the caller gives up → its reason at once', async () => {
    const controller = new AbortController()
    const reason = new Error('given up')
    setTimeout(() => controller.abort(reason), 50)
    const dialing = dial(waiting(), {}, controller.signal, new MemoryNetwork({}))
    expect(await outcomeWithin(500, dialing)).toMatchObject({ error: reason })
  })

  test('a server on this machine that has never accepted a connection → at once; one that has → the whole time', async () => {
    const here = waiting({ endpoints: [tcp('127.0.0.1', 5432)] })
    const servers: Record<string, MemoryServer> = {}
    const network = new MemoryNetwork(servers)
    await expect(dial(here, {}, undefined, network)).rejects.toMatchObject({ code: 'ECONNREFUSED' })
    expect(opened(network)).toBe(1)
    const recover = (milliseconds: number) =>
      setTimeout(() => {
        servers['127.0.0.1'] = open()
      }, milliseconds)
    servers['127.0.0.1'] = refusal('57P03')
    recover(100)
    await dial(here, {}, undefined, network)
    servers['127.0.0.1'] = 'refuses'
    recover(600)
    expect(await outcomeWithin(3000, dial(here, {}, undefined, network))).toHaveProperty('value')
  })
})

describe('dial: several hosts and many connections', () => {
  const TWO = [tcp('10.0.0.1', 5432), tcp('10.0.0.2', 5432)]

  test('a host that was away → asked last, until it is found to be back', async () => {
    const servers: Record<string, MemoryServer> = { '10.0.0.2': open() }
    const network = new MemoryNetwork(servers)
    const connect = async () => (await dial(waiting({ endpoints: TWO }), {}, undefined, network)).attestation
    expect((await connect()).failedAttempts).toMatchObject([{ host: '10.0.0.1', code: 'ECONNREFUSED' }])
    expect(await connect()).toMatchObject({ host: '10.0.0.2', failedAttempts: [] })
  })

  test('a promotion → the writable host, though the other was the primary', async () => {
    const servers: Record<string, MemoryServer> = { '10.0.0.1': primary, '10.0.0.2': standby }
    const network = new MemoryNetwork(servers)
    const profile = waiting({ endpoints: TWO, targetSessionAttrs: 'read-write' })
    const connect = async () => (await dial(profile, {}, undefined, network)).attestation.host
    expect(await connect()).toBe('10.0.0.1')
    servers['10.0.0.1'] = 'refuses'
    setTimeout(() => {
      servers['10.0.0.2'] = primary
    }, 200)
    expect(await Promise.all([connect(), connect(), connect()])).toEqual(['10.0.0.2', '10.0.0.2', '10.0.0.2'])
  })

  test('50 connections to a server that is away for 300 ms → a few attempts, and all connect', async () => {
    const servers: Record<string, MemoryServer> = { '10.0.0.1': open() }
    const network = new MemoryNetwork(servers)
    await dial(waiting(), {}, undefined, network)
    servers['10.0.0.1'] = 'refuses'
    await dial(waiting({ failoverTimeoutMs: 1 }), {}, undefined, network).catch(() => {})
    const before = opened(network)
    setTimeout(() => {
      servers['10.0.0.1'] = open()
    }, 300)
    await Promise.all(Array.from({ length: 50 }, () => dial(waiting(), {}, undefined, network)))
    expect(opened(network) - before - 50).toBeLessThan(15)
  })

  test.each([
    ['a role is full', { C: '53300', M: 'too many connections for it', R: 'InitializeSessionUserId' }],
    ['a database is full', { C: '53300', M: 'too many connections for it', R: 'CheckMyDatabase' }],
    ['PgBouncer has no server for a database', { C: '08P01', M: 'pgbouncer cannot connect to server' }],
    ['a pooler has no connection for a tenant', { C: '53300', M: 'max clients reached' }],
  ])('dial: %s → waited for, and no connection of another database is held back', async (_what, fields) => {
    const servers: Record<string, MemoryServer> = { '10.0.0.1': [errorResponse(fields)] }
    const network = new MemoryNetwork(servers)
    const full = dial(waiting(), {}, undefined, network)
    await expect(dial(waiting({ failoverTimeoutMs: 1 }), {}, undefined, network)).rejects.toMatchObject({
      code: fields.C,
    })
    servers['10.0.0.1'] = open()
    await dial(waiting({ failoverTimeoutMs: 1, database: 'other' }), {}, undefined, network)
    expect((await full).attestation.host).toBe('10.0.0.1')
  })

  test('no time to wait while another connection tries the server → CIRCUIT_OPEN, with the last failure', async () => {
    const network = new MemoryNetwork({})
    // The sixth failure begins a pause of 125 ms at least.
    for (let i = 0; i < 6; i++) {
      const failing = dial(waiting({ failoverTimeoutMs: 0 }), {}, undefined, network)
      await expect(failing).rejects.toMatchObject({ code: 'ECONNREFUSED' })
    }
    await expect(dial(waiting({ failoverTimeoutMs: 1 }), {}, undefined, network)).rejects.toMatchObject({
      name: 'ConnectError',
      code: 'CIRCUIT_OPEN',
      message: expect.stringContaining(
        'cannot connect to 10.0.0.1:5432, plaintext: not tried at this moment: its last failure was ECONNREFUSED: connect ECONNREFUSED 10.0.0.1:5432',
      ),
    })
  })
})
