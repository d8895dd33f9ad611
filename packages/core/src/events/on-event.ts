import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { checkFunction, wrongArgument } from '../errors/argument.ts'
import { alternatives, quote } from '../text/quote.ts'
import { kindOf } from '../text/record.ts'
import type { ChannelName, Channels } from './channels.ts'
import { CHANNEL_NAMES } from './publish.ts'
import { warnOnce } from './warnings.ts'

/**
 * Calls `listener` with each event of a channel, and returns the function that ends it.
 *
 * To be called before `secureConfig()`, which already sends events. The listener is called synchronously, while a connection
 * is made or a secret is fetched, and its result is ignored. One that throws, or whose promise rejects, changes nothing there:
 * a warning names it, once. With `subscribe()` of `node:diagnostics_channel` itself a listener that throws ends the process.
 *
 * @param channel For example `verifull:credentials`; see {@link Channels}.
 * @throws {@link ConfigurationError} `CONFIGURATION` for a channel that does not exist, or a listener that is no function.
 *
 * @example
 * import { onEvent } from '@verifull/core'
 *
 * const stop = onEvent('verifull:credentials', (event) => {
 *   if (event.kind === 'failed') console.error(event.source, event.error.message)
 * })
 * stop()
 */
export function onEvent<Name extends ChannelName>(
  channel: Name,
  listener: (event: Channels[Name]) => unknown,
): () => void {
  if (!CHANNEL_NAMES.includes(channel)) {
    throw wrongArgument(
      'onEvent',
      'channel',
      `must be ${alternatives(CHANNEL_NAMES)}, not ${typeof channel === 'string' ? quote(channel) : kindOf(channel)}`,
    )
  }
  checkFunction(listener, 'onEvent', 'listener')
  const listen = shielded(channel, listener as (event: unknown) => unknown)
  subscribe(channel, listen)
  return () => void unsubscribe(channel, listen)
}

/** Returns a listener that never throws: what the given one throws becomes a warning, once. */
export function shielded(channel: string, listener: (event: unknown) => unknown): (event: unknown) => void {
  return (event) => {
    try {
      const result = listener(event)
      if (isThenable(result)) result.then(undefined, (error: unknown) => warnOfListener(channel, error))
    } catch (error) {
      warnOfListener(channel, error)
    }
  }
}

function warnOfListener(channel: string, error: unknown): void {
  const { name = 'Error', code } = (error ?? {}) as NodeJS.ErrnoException
  // Without its message, which may quote anything.
  const what = code === undefined ? name : `${name} ${code}`
  warnOnce('VERIFULL_LISTENER', `a listener of ${channel} failed (${what}); the event reached the others`, {})
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function'
}
