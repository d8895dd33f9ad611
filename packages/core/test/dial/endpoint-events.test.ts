import { afterEach, expect, test } from 'vitest'
import { dial, onEvent, resolveProfile, snapshotOf } from '../../src/adapter.ts'
import type { Network } from '../../src/dial/channel.ts'
import type { EndpointEvent } from '../../src/events/endpoint.ts'
import { sessionStart } from '../wire/backend-messages.ts'
import { MemoryNetwork } from './memory-network.ts'

const stops: (() => void)[] = []
afterEach(() => {
  for (const stop of stops.splice(0)) stop()
})

function heard(): EndpointEvent[] {
  const events: EndpointEvent[] = []
  stops.push(onEvent('verifull:endpoint', (event) => events.push(event)))
  return events
}

const profileOf = (user: string) =>
  resolveProfile({
    settings: { host: 'db', user, sslmode: 'disable', policy: 'development', failoverTimeoutMs: 0, environment: {} },
  }).profile
const profiles = { app: profileOf('app'), reports: profileOf('reports') }

/** A server that is away or reports a role, as the test says. */
function changing() {
  const state = { isAway: false, standby: 'off', readOnly: 'off' }
  const role = () => ({ in_hot_standby: state.standby, default_transaction_read_only: state.readOnly })
  const network: Network = {
    resolve: async () => ['10.0.0.7'],
    async open(target, signal) {
      if (state.isAway)
        throw Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED', syscall: 'connect' })
      const memory = new MemoryNetwork({ '10.0.0.7': [sessionStart(role())] })
      const channel = await memory.open(target, signal)
      return Object.defineProperties(channel, { local: { value: false }, isPrivate: { value: true } })
    },
  }
  const connect = (user: keyof typeof profiles = 'app') => dial(profiles[user], {}, undefined, network)
  return { state, connect }
}

const endpoint = { host: 'db', port: 5432, address: '10.0.0.7' }

test('verifull:endpoint: a server that fails, twice, and answers again → open once, closed once', async () => {
  const { state, connect } = changing()
  await connect()
  const events = heard()
  state.isAway = true
  for (let i = 0; i < 2; i++) await expect(connect()).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  state.isAway = false
  await connect()
  await connect()
  const failure = { name: 'Error', code: 'ECONNREFUSED', message: 'connect ECONNREFUSED' }
  expect(events).toEqual([
    { endpoint, kind: 'breaker', status: 'open', failure },
    { endpoint, kind: 'breaker', status: 'closed', failure: undefined },
  ])
})

test('verifull:endpoint: a standby that is promoted → its role, once', async () => {
  const { state, connect } = changing()
  const events = heard()
  state.standby = 'on'
  await connect()
  await connect()
  expect(events).toEqual([])
  state.standby = 'off'
  await connect()
  await connect()
  expect(events).toEqual([
    {
      endpoint,
      kind: 'role',
      role: { isStandby: false, isReadOnly: false },
      before: { isStandby: true, isReadOnly: true },
    },
  ])
})

test('verifull:endpoint: one role may write and another may not (ALTER ROLE) → no event; a change for one → an event', async () => {
  const { state, connect } = changing()
  const events = heard()
  for (const user of ['app', 'reports', 'app', 'reports'] as const) {
    state.readOnly = user === 'reports' ? 'on' : 'off'
    await connect(user)
  }
  expect(events).toEqual([])
  state.standby = 'on'
  await connect('app')
  state.readOnly = 'on'
  await connect('reports')
  state.standby = 'off'
  await connect('reports')
  state.readOnly = 'off'
  await connect('app')
  expect(events.map((event) => event.kind === 'role' && event.role)).toEqual([
    { isStandby: true, isReadOnly: true },
    { isStandby: false, isReadOnly: true },
  ])
  // As by ALTER SYSTEM, and back.
  for (const readOnly of ['on', 'off']) {
    state.readOnly = readOnly
    await connect('app')
  }
  expect(events.slice(2).map((event) => event.kind === 'role' && event.role.isReadOnly)).toEqual([true, false])
})

test('snapshotOf: a failure after an event without a subscriber → the event is in it', async () => {
  const { state, connect } = changing()
  state.isAway = true
  await expect(connect()).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  const error = await connect().catch((failure: unknown) => failure)
  expect(snapshotOf(error)?.events.at(-1)).toMatchObject({
    channel: 'verifull:endpoint',
    event: { endpoint, kind: 'breaker', status: 'open' },
  })
})
