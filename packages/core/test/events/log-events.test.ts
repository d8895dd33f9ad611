import { setImmediate } from 'node:timers/promises'
import { afterEach, expect, test, vi } from 'vitest'
import { dial, logEvents, publish, resolveProfile } from '../../src/adapter.ts'
import { CHANNEL_NAMES } from '../../src/events/publish.ts'
import { EVERY_EVENT } from './every-event.ts'

const stops: (() => void)[] = []
afterEach(() => {
  for (const stop of stops.splice(0)) stop()
  vi.restoreAllMocks()
})

/** A logger that is none of the known ones; the list grows with the level and the line of each call. */
function recording() {
  const lines: [level: string, line: string][] = []
  const at = (level: string) => (line: string) => void lines.push([level, line])
  return { lines, logger: { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') } }
}

const ALL = CHANNEL_NAMES.flatMap((name) => EVERY_EVENT[name].map((row) => [name, ...row] as const))

test.each(ALL)('logEvents: %s %j → %s, %s', (channel, event, level, text) => {
  const { lines, logger } = recording()
  stops.push(logEvents({ logger }))
  publish(channel, event as never)
  expect(lines).toEqual([[level, expect.not.stringContaining('\n')]])
  const [[, line] = ['', '']] = lines
  expect(JSON.parse(line)).toEqual({
    level,
    time: expect.any(String),
    message: text,
    verifull: JSON.parse(JSON.stringify({ channel, ...event })),
  })
})

test('logEvents: a connection that cannot be made → a warning with its phases', async () => {
  const { lines, logger } = recording()
  const at = { host: '127.0.0.1', port: 1, user: 'app', password: 'CANARY-7hd', policy: 'development' } as const
  const { profile } = resolveProfile({ settings: { ...at, failoverTimeoutMs: 0, environment: {} } })
  stops.push(logEvents({ logger }))
  await expect(dial(profile)).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  const connects = lines.filter(([, line]) => line.includes('verifull:connect'))
  expect(connects).toEqual([['warn', expect.stringContaining('"message":"no connection after ')]])
  expect(JSON.parse(connects[0]?.[1] ?? '').verifull.phases.map(({ phase }: { phase: string }) => phase)).toContain(
    'connect',
  )
  expect(JSON.stringify(lines)).not.toContain('CANARY')
})

test('logEvents: no setting → console; stopped → nothing', () => {
  const printed = vi.spyOn(console, 'error').mockImplementation(() => {})
  const [event] = EVERY_EVENT['verifull:pool'].find(([, level]) => level === 'error') ?? []
  const stop = logEvents()
  publish('verifull:pool', event as never)
  stop()
  publish('verifull:pool', event as never)
  expect(printed).toHaveBeenCalledTimes(1)
})

test('logEvents: a logger without debug() and info() → log() for info, nothing for debug', () => {
  const lines: string[] = []
  const log = (line: string) => void lines.push(line)
  stops.push(logEvents({ logger: { log, warn: log, error: log } }))
  for (const [event] of EVERY_EVENT['verifull:endpoint']) publish('verifull:endpoint', event)
  expect(lines.map((line) => JSON.parse(line).level)).toEqual(['warn', 'info', 'warn', 'info'])
})

test('logEvents: a logger that throws → one warning, and the event goes on', async () => {
  const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
  const broken = () => {
    throw new RangeError('CANARY-in-a-logger')
  }
  const { lines, logger } = recording()
  stops.push(logEvents({ logger: { info: broken, warn: broken, error: broken } }), logEvents({ logger }))
  for (const [event] of EVERY_EVENT['verifull:tls']) publish('verifull:tls', event)
  await setImmediate()
  expect(lines).toHaveLength(3)
  expect(warned.mock.calls.map(([message]) => message)).toEqual([
    'a listener of verifull:tls failed (RangeError); the event reached the others',
  ])
})
