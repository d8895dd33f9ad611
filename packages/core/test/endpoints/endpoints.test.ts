import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { dial } from '../../src/dial/dial.ts'
import { isUnfit } from '../../src/endpoints/endpoint-state.ts'
import { Endpoints, endpointsOf } from '../../src/endpoints/endpoints.ts'
import { tcp } from '../addresses/endpoints.ts'
import { MemoryNetwork, open } from '../dial/memory-network.ts'
import { profileWith } from '../dial/profile.ts'

const UNAVAILABLE = {
  kind: 'unavailable',
  code: 'ECONNREFUSED',
  reason: 'refused',
  error: new Error('refused'),
} as const

describe('endpoints', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }))
  afterEach(() => void vi.useRealTimers())

  test('endpoints: a new server → nothing is known', () => {
    const state = new Endpoints().at(tcp('nowhere', 1), 'nowhere')
    expect(state).toMatchObject({ choices: {}, role: undefined, failure: undefined, status: 'closed' })
    expect(state.isLast('any')).toBe(false)
  })

  test('endpoints: a connection → its choices and role are remembered by name and address, for this network alone', async () => {
    const network = new MemoryNetwork({
      'memory.test': open({ server_version: '18.1', in_hot_standby: 'on', default_transaction_read_only: 'off' }),
    })
    await dial(profileWith({ endpoints: [tcp('memory.test', 6543)] }), {}, undefined, network)
    expect(endpointsOf(network).at(tcp('memory.test', 6543), 'memory.test')).toMatchObject({
      choices: { group: undefined, mechanism: 'none', serverVersion: '18.1' },
      role: { isStandby: true, isReadOnly: true },
      hasAccepted: true,
    })
    expect(endpointsOf(new MemoryNetwork({})).at(tcp('memory.test', 6543), 'memory.test').choices).toEqual({})
  })

  test('endpoints: more than 256 servers → the least recently used is forgotten', () => {
    const endpoints = new Endpoints()
    const first = endpoints.at(tcp('many.test', 0), 'many.test')
    const second = endpoints.at(tcp('many.test', 1), 'many.test')
    for (let port = 2; port < 256; port++) endpoints.at(tcp('many.test', port), 'many.test')
    endpoints.at(tcp('many.test', 0), 'many.test')
    endpoints.at(tcp('many.test', 256), 'many.test')
    expect(endpoints.at(tcp('many.test', 0), 'many.test')).toBe(first)
    expect(endpoints.at(tcp('many.test', 1), 'many.test')).not.toBe(second)
  })

  test('endpoints: a failure → last in the order and open, until a success', () => {
    const state = new Endpoints().at(tcp('a', 1), 'a')
    state.enter('any')(UNAVAILABLE)
    expect([state.status, state.isLast('any'), state.failure?.code]).toEqual(['open', true, 'ECONNREFUSED'])
    state.enter('any')({ kind: 'accepted' })
    expect([state.status, state.isLast('any'), state.failure]).toEqual(['closed', false, undefined])
  })

  test('endpoints: the wrong role → a pause for this role alone', () => {
    const state = new Endpoints().at(tcp('a', 1), 'a')
    state.enter('primary')({ kind: 'wrong-role' })
    expect(state.waitMs('primary')).toBeGreaterThan(0)
    expect([state.waitMs('any'), state.status]).toEqual([0, 'closed'])
  })

  test('endpoints: the wrong role for one login, which alone cannot write → no pause for another, and not last', () => {
    const state = new Endpoints().at(tcp('a', 1), 'a')
    state.reported({ isStandby: false, isReadOnly: false }, 'app')
    state.reported({ isStandby: false, isReadOnly: true }, 'reports')
    state.enter('read-write', 'reports')({ kind: 'wrong-role' })
    expect(state.waitMs('read-write', 'reports')).toBeGreaterThan(0)
    expect(state.pauseMs).toBeGreaterThan(0)
    expect(state.waitMs('read-write', 'app')).toBe(0)
    expect(['reports', 'app'].map((login) => state.isLast('read-write', login))).toEqual([true, false])
  })

  test('endpoints: another login reports a standby → last for all', () => {
    const state = new Endpoints().at(tcp('a', 1), 'a')
    state.reported({ isStandby: false, isReadOnly: false }, 'app')
    state.reported({ isStandby: true, isReadOnly: true }, 'reports')
    expect(state.isLast('read-write', 'app')).toBe(true)
  })

  test('endpoints: a refusal that lasts → no pause', () => {
    const state = new Endpoints().at(tcp('a', 1), 'a')
    state.enter('any')({ kind: 'answered' })
    expect([state.waitMs('any'), state.isLast('any')]).toEqual([0, false])
  })

  test('endpoints: a failure of one login → a pause for that login alone, and the server is not last', () => {
    const state = new Endpoints().at(tcp('a', 1), 'a')
    state.enter('any', 'app/orders')({ ...UNAVAILABLE, kind: 'login-unavailable' })
    expect(state.waitMs('any', 'app/orders')).toBeGreaterThan(0)
    expect([state.waitMs('any', 'app/audit'), state.status, state.isLast('any')]).toEqual([0, 'closed', false])
    expect([state.failureOf('app/orders')?.code, state.failureOf('app/audit')]).toEqual(['ECONNREFUSED', undefined])
    state.enter('any', 'app/orders')({ kind: 'accepted' })
    expect([state.waitMs('any', 'app/orders'), state.failureOf('app/orders')]).toEqual([0, undefined])
  })

  test('endpoints: no answer within a short limit → last in the order, and no pause', () => {
    const state = new Endpoints().at(tcp('a', 1), 'a')
    state.enter('any')({ ...UNAVAILABLE, kind: 'slow' })
    expect([state.waitMs('any'), state.status, state.isLast('any')]).toEqual([0, 'closed', true])
  })

  test('endpoints: a login, a refusal or the wrong role of one profile → no pause for another', () => {
    for (const kind of ['answered', 'wrong-role', 'given-up', 'accepted'] as const) {
      const state = new Endpoints().at(tcp('a', 1), 'a')
      state.enter('primary', 'app/orders')({ kind })
      expect([state.waitMs('any', 'app/audit'), state.waitMs('any', 'app/orders')]).toEqual([0, 0])
    }
  })

  test('endpoints: an attempt whose server has been forgotten → its result changes nothing', () => {
    const endpoints = new Endpoints()
    const end = endpoints.at(tcp('gone.test', 1), 'gone.test').enter('any')
    for (let port = 0; port < 300; port++) endpoints.at(tcp('other.test', port), 'other.test')
    end(UNAVAILABLE)
    expect(endpoints.at(tcp('gone.test', 1), 'gone.test')).toMatchObject({ status: 'closed', failure: undefined })
  })

  test('endpoints: a name → last only if all its addresses are', () => {
    const endpoints = new Endpoints()
    endpoints.resolved('db.test', ['10.0.0.1', '10.0.0.2'])
    endpoints.at(tcp('db.test', 5432), '10.0.0.1').enter('any')(UNAVAILABLE)
    expect(endpoints.isLast(tcp('db.test', 5432), 'any')).toBe(false)
    endpoints.at(tcp('db.test', 5432), '10.0.0.2').enter('any')(UNAVAILABLE)
    expect(endpoints.isLast(tcp('db.test', 5432), 'any')).toBe(true)
  })

  test('endpoints: a wait → ends with its time, with a success after a failure, or with the signal', async () => {
    const endpoints = new Endpoints()
    await endpoints.mayHaveChanged(1, new AbortController().signal)
    const state = endpoints.at(tcp('a', 1), 'a')
    state.enter('any')(UNAVAILABLE)
    const woken = endpoints.mayHaveChanged(60_000, new AbortController().signal)
    state.enter('any')({ kind: 'accepted' })
    await woken
    const reason = new Error('given up')
    await expect(endpoints.mayHaveChanged(60_000, AbortSignal.abort(reason))).rejects.toBe(reason)
    const controller = new AbortController()
    const waiting = endpoints.mayHaveChanged(60_000, controller.signal)
    controller.abort(reason)
    await expect(waiting).rejects.toBe(reason)
  })
})

const PRIMARY = { isStandby: false, isReadOnly: false }
const STANDBY = { isStandby: true, isReadOnly: true }
const READ_ONLY_PRIMARY = { isStandby: false, isReadOnly: true }

test.each([
  ['any', [false, false, false]],
  ['read-write', [false, true, true]],
  ['read-only', [true, false, false]],
  ['primary', [false, true, false]],
  ['standby', [true, false, true]],
] as const)('role: %s wanted of a primary, a standby, a read-only primary → unfit: %o', (wanted, unfit) => {
  expect([PRIMARY, STANDBY, READ_ONLY_PRIMARY].map((role) => isUnfit(role, wanted))).toEqual(unfit)
})
