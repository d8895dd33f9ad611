import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { checkedSettings, wrongArgument } from '../errors/argument.ts'
import { printable } from '../text/printable.ts'
import { type Line, lineOf, lineOfConnect } from './line.ts'
import { shielded } from './on-event.ts'
import { CHANNEL_NAMES } from './publish.ts'
import type { ConnectTrace } from './traces.ts'

/** A logger: pino, winston, `console`, or another one with these functions. */
export interface Logger {
  debug?(...line: never[]): unknown
  info?(...line: never[]): unknown
  log?(...line: never[]): unknown
  warn(...line: never[]): unknown
  error(...line: never[]): unknown
}

/** Settings of {@link logEvents}. */
export interface LogSettings {
  /** Default: `console`. */
  readonly logger?: Logger
}

/** Longest text of a line, in characters; the event itself is beside it. */
const LONGEST = 1000
const CONNECTED = 'tracing:verifull:connect:asyncEnd'

/**
 * Writes one line for each event and each connection to a logger, and returns the function that ends it.
 *
 * To be called before `secureConfig()`. A line has a text and, as `verifull`, the event itself with its channel: for pino as
 * `logger.warn({ verifull }, text)`, for winston as `logger.warn({ message, verifull })`; `console` and other loggers get one
 * line of JSON. The level is `error` where a request of the application fails for it, `warn` where somebody should look, `info`
 * for changes, and `debug` for connections over TLS. Nothing in a line is a secret.
 *
 * While it runs, warnings of the policy are lines and are not printed on stderr.
 *
 * @throws {@link ConfigurationError} `CONFIGURATION` for a logger without `warn` and `error`.
 *
 * @example
 * import { logEvents } from '@verifull/core'
 *
 * const stop = logEvents({ logger: console })
 * stop()
 */
export function logEvents(settings: LogSettings = {}): () => void {
  const { logger = console } = checkedSettings(settings, 'logEvents', { logger: 'any' })
  const write = writerFor(logger)
  const listeners = [
    ...CHANNEL_NAMES.map((name) => [name, (event: unknown) => write(lineOf(name, event as never))] as const),
    [CONNECTED, (context: unknown) => write(lineOfConnect(context as ConnectTrace))] as const,
  ].map(([name, listener]) => [name, shielded(name, listener)] as const)
  for (const [name, listener] of listeners) subscribe(name, listener)
  return () => {
    for (const [name, listener] of listeners) unsubscribe(name, listener)
  }
}

type Method = (...line: unknown[]) => unknown

/** Returns the function that writes a line in the way of the logger. */
function writerFor(logger: Logger): (line: Line) => unknown {
  const methods = logger as unknown as Record<string, Method | undefined>
  if (typeof logger?.warn !== 'function' || typeof logger?.error !== 'function') {
    throw wrongArgument(
      'logEvents',
      'logger',
      'must have the functions info(), warn() and error(), as pino, winston and console have them',
    )
  }
  const shape = shapeOf(logger)
  return ({ level, text, verifull }) => {
    const name = [level, level === 'info' ? 'log' : level].find((one) => typeof methods[one] === 'function')
    const message = printable(text, LONGEST)
    if (name === undefined) return undefined
    if (shape === 'pino') return methods[name]?.({ verifull }, message)
    if (shape === 'winston') return methods[name]?.({ message, verifull })
    return methods[name]?.(JSON.stringify({ level, time: new Date(), message, verifull }))
  }
}

/** Loggers differ in the place of the fields: before the text (pino, bunyan, Fastify), or beside it (winston). */
function shapeOf(logger: object): 'pino' | 'winston' | 'text' {
  if ('transports' in logger && 'configure' in logger) return 'winston'
  return typeof (logger as { child?: unknown }).child === 'function' ? 'pino' : 'text'
}
