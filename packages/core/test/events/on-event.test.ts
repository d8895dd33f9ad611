import diagnostics from 'node:diagnostics_channel'
import { setImmediate } from 'node:timers/promises'
import { afterEach, expect, test, vi } from 'vitest'
import { isHeard, onEvent, publish } from '../../src/adapter.ts'
import type { CredentialsEvent } from '../../src/events/credentials.ts'

const EVENT: CredentialsEvent = {
  kind: 'failed',
  source: 'settings.secrets',
  endpoint: undefined,
  error: { name: 'CredentialsError', code: 'CREDENTIALS_DENIED', message: 'access denied' },
}
const stops: (() => void)[] = []
afterEach(() => {
  for (const stop of stops.splice(0)) stop()
  vi.restoreAllMocks()
})

test('onEvent: an event → each listener gets it, until it is stopped', () => {
  const heard: unknown[] = []
  const stop = onEvent('verifull:credentials', (event) => heard.push(['first', event]))
  stops.push(
    stop,
    onEvent('verifull:credentials', (event) => heard.push(['second', event])),
  )
  publish('verifull:credentials', EVENT)
  stop()
  publish('verifull:credentials', EVENT)
  expect(heard).toEqual([
    ['first', EVENT],
    ['second', EVENT],
    ['second', EVENT],
  ])
})

test('isHeard: a listener → true, of another channel or stopped → false', () => {
  expect(isHeard('verifull:credentials')).toBe(false)
  const stop = onEvent('verifull:credentials', () => {})
  expect([isHeard('verifull:credentials'), isHeard('verifull:pool')]).toEqual([true, false])
  stop()
  expect(isHeard('verifull:credentials')).toBe(false)
})

test('onEvent: a listener that stops itself while it is called → the others get the event', () => {
  const heard: string[] = []
  const stop = onEvent('verifull:credentials', () => {
    heard.push('first')
    stop()
  })
  stops.push(onEvent('verifull:credentials', () => heard.push('second')))
  publish('verifull:credentials', EVENT)
  publish('verifull:credentials', EVENT)
  expect(heard).toEqual(['first', 'second', 'second'])
})

test('onEvent: a listener that throws or rejects → one warning without its message, and the others get the event', async () => {
  const printed = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
  const heard: unknown[] = []
  stops.push(
    onEvent('verifull:credentials', () => {
      throw Object.assign(new TypeError('CANARY-throws'), { code: 'E_LISTENER' })
    }),
    onEvent('verifull:credentials', async () => {
      throw new RangeError('CANARY-rejects')
    }),
    onEvent('verifull:credentials', () => Promise.reject(undefined)),
    onEvent('verifull:credentials', () => new Promise(() => {})),
    onEvent('verifull:credentials', (event) => heard.push(event)),
  )
  for (let i = 0; i < 3; i++) publish('verifull:credentials', EVENT)
  await setImmediate()
  expect(heard).toHaveLength(3)
  expect(printed.mock.calls.map(([message]) => message).toSorted()).toEqual(
    ['Error', 'RangeError', 'TypeError E_LISTENER'].map(
      (what) => `a listener of verifull:credentials failed (${what}); the event reached the others`,
    ),
  )
})

test('diagnostics_channel: its own subscribe → the same events', () => {
  const heard: unknown[] = []
  const listen = (event: unknown) => void heard.push(event)
  diagnostics.subscribe('verifull:credentials', listen)
  publish('verifull:credentials', EVENT)
  diagnostics.unsubscribe('verifull:credentials', listen)
  expect(heard).toEqual([EVENT])
})
