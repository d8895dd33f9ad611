import { describe, expect, test } from 'vitest'
import { dial } from '../../src/dial/dial.ts'
import { endpointsOf } from '../../src/endpoints/endpoints.ts'
import type { Profile } from '../../src/profile/profile.ts'
import { tcp } from '../addresses/endpoints.ts'
import { errorResponse } from '../wire/backend-messages.ts'
import { MemoryNetwork, type MemoryServer, open } from './memory-network.ts'
import { profileWith } from './profile.ts'

const PROXY = '203.0.113.7'
const standby = open({ in_hot_standby: 'on', default_transaction_read_only: 'on' })
const primary = open({ in_hot_standby: 'off', default_transaction_read_only: 'off' })

/** A proxy at one address that leads each name to a server of its own, as those of Neon do, by SNI. */
class ProxiedNetwork extends MemoryNetwork {
  readonly #names: string[] = []

  constructor(servers: Readonly<Record<string, MemoryServer>>) {
    super(servers, Object.fromEntries(Object.keys(servers).map((name) => [name, [PROXY]])))
  }

  override resolve(host: string): Promise<readonly string[]> {
    this.#names.push(host)
    return super.resolve(host)
  }

  override open(...[target, signal]: Parameters<MemoryNetwork['open']>): ReturnType<MemoryNetwork['open']> {
    return super.open({ ...target, address: this.#names.at(-1) ?? '' } as typeof target, signal)
  }
}

const at = (host: string, changes: Partial<Profile> = {}) =>
  profileWith({ endpoints: [tcp(host, 5432)], failoverTimeoutMs: 3000, ...changes })

describe('dial: one address, names with servers of their own', () => {
  test('the server of the first name has the wrong role → the second is asked at once', async () => {
    const network = new ProxiedNetwork({ 'replica.test': standby, 'primary.test': primary })
    const endpoints = [tcp('replica.test', 5432), tcp('primary.test', 5432)]
    const { attestation } = await dial(at('', { endpoints, targetSessionAttrs: 'read-write' }), {}, undefined, network)
    expect(attestation.host).toBe('primary.test')
    expect(attestation.failedAttempts.map(({ code }) => code)).toEqual(['WRONG_ROLE'])
    expect(network.events.filter((event) => event.startsWith('open'))).toHaveLength(2)
  })

  test.each<[string, MemoryServer]>([
    ['hangs up', []],
    ['refuses', 'refuses'],
    ['is starting up', [errorResponse({ C: '57P03', M: 'the database system is starting up', R: 'ProcessStartup' })]],
  ])('the server of one name %s → tried last, and the other name connects at once', async (_what, away) => {
    const network = new ProxiedNetwork({ 'away.test': away, 'well.test': primary })
    const first = new AbortController()
    const waiting = dial(at('away.test'), {}, first.signal, network).catch(() => {})
    while (!endpointsOf(network).all.some(({ state }) => state.failure)) await new Promise(setImmediate)
    const { attestation } = await dial(at('well.test'), {}, undefined, network)
    expect([attestation.host, attestation.failedAttempts]).toEqual(['well.test', []])
    const endpoints = [tcp('away.test', 5432), tcp('well.test', 5432)]
    const both = await dial(at('', { endpoints }), {}, undefined, network)
    expect([both.attestation.host, both.attestation.failedAttempts]).toEqual(['well.test', []])
    first.abort(new Error('enough'))
    await waiting
  })

  test('the roles of their servers are told apart', async () => {
    const network = new ProxiedNetwork({ 'replica.test': standby, 'primary.test': primary })
    for (const host of ['replica.test', 'primary.test']) await dial(at(host), {}, undefined, network)
    expect(endpointsOf(network).all.map(({ host, address, state }) => [host, address, state.role?.isStandby])).toEqual([
      ['replica.test', PROXY, true],
      ['primary.test', PROXY, false],
    ])
  })
})
