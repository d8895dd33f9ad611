import { afterAll, describe, expect, test } from 'vitest'
import { libpqOracle } from '../../src/oracle/libpq.ts'
import { type Adapter, defineAdapter } from '../../src/suite/adapter.ts'
import type { ConnectRequest } from '../../src/suite/connect-request.ts'
import { startWorld } from '../../src/suite/run/world.ts'
import { runCells, runSuite } from '../../src/suite/run.ts'

const libpq = await libpqOracle({ via: 'library' })
const world = await startWorld()
afterAll(async () => {
  await Promise.all([libpq.close(), world.stop()])
})

/** libpq behind a client that changes its requests. */
function poor(name: string, spoil: (request: ConnectRequest) => ConnectRequest): Adapter {
  return defineAdapter({
    name,
    capabilities: libpq.capabilities,
    connect: (request) => libpq.connect(spoil(request)),
    refusalOf: libpq.refusalOf,
  })
}

const withMode = (sslmode: string) => (request: ConnectRequest) => ({
  ...request,
  parameters: { ...request.parameters, sslmode },
})

const verdictsOf = async (adapter: Adapter, ...ids: string[]): Promise<Record<string, string>> => {
  const results = await runCells({ adapter, world, only: ({ id }) => ids.includes(id) })
  return Object.fromEntries(results.map(({ id, verdict }) => [id, verdict]))
}

describe('suite, faulty client', () => {
  test('never verifies → weaker', async () => {
    expect(
      await verdictsOf(
        poor('trusting', withMode('require')),
        'VF-MODE-001/good/verify-full',
        'VF-NAME-001/otherHost/db.test/verify-full',
        'VF-CHAIN-001/pinned/verify-full',
      ),
    ).toEqual({
      'VF-MODE-001/good/verify-full': 'equal',
      'VF-NAME-001/otherHost/db.test/verify-full': 'weaker',
      'VF-CHAIN-001/pinned/verify-full': 'equal',
    })
  })

  test('continues in plaintext → weaker', async () => {
    expect(
      await verdictsOf(
        poor('yielding', withMode('prefer')),
        'VF-MODE-004/good/require',
        'VF-MODE-002/wrong/verify-full',
        'VF-WIRE-001/yes-then-close/require',
      ),
    ).toEqual({
      'VF-MODE-004/good/require': 'weaker',
      'VF-MODE-002/wrong/verify-full': 'different',
      'VF-WIRE-001/yes-then-close/require': 'weaker',
    })
  })

  test('ignores a parameter → weaker, or different if it answers too much', async () => {
    const forgetful = poor('forgetful', (request) => {
      const { require_auth: _, ...parameters } = request.parameters
      return { ...request, parameters }
    })
    expect(
      await verdictsOf(forgetful, 'VF-AUTH-001/scram-sha-256/password', 'VF-WIRE-002/skipped/require-auth'),
    ).toEqual({
      'VF-AUTH-001/scram-sha-256/password': 'weaker',
      'VF-WIRE-002/skipped/require-auth': 'weaker',
    })
  })

  test('refuses everything → found by the positive twin', async () => {
    const paralysed = defineAdapter({
      name: 'paralysed',
      capabilities: libpq.capabilities,
      connect: () => Promise.reject(new Error('no')),
      refusalOf: () => ({ reason: 'verify', message: 'no' }),
    })
    const results = await runCells({ adapter: paralysed, world, only: ({ id }) => id === 'VF-MODE-001/wrong/require' })
    expect(results).toMatchObject([
      {
        verdict: 'failed',
        message: 'the positive twin (certificate good) failed: no',
        actual: 'refused (verify) in 0 connections',
      },
    ])
  })

  test('an unknown reason → different', async () => {
    const mute = defineAdapter({ ...libpq, name: 'mute', refusalOf: () => ({ reason: 'unknown', message: 'no' }) })
    expect(await verdictsOf(mute, 'VF-MODE-001/wrong/require')).toEqual({ 'VF-MODE-001/wrong/require': 'different' })
  })

  test('an undeclared capability → unsupported', async () => {
    const bare = defineAdapter({ ...libpq, name: 'bare', capabilities: {} })
    expect(await verdictsOf(bare, 'VF-AUTH-001/none/trust', 'VF-MODE-001/good/require')).toEqual({
      'VF-AUTH-001/none/trust': 'unsupported',
      'VF-MODE-001/good/require': 'equal',
    })
    const names: string[] = []
    runSuite({ adapter: bare, world, test: (name) => names.push(name) })
    expect(names.some((name) => name.startsWith('VF-AUTH-001/none/trust'))).toBe(false)
    expect(names).toContain(
      'VF-MODE-001/good/require: sslmode=require, server takes both, the right root → tls in 1 connection',
    )
  })
})
