import { tracingChannel } from 'node:diagnostics_channel'
import { type ChannelName, onEvent, type TraceName } from '@verifull/pg'

const CHANNELS: readonly ChannelName[] = [
  'verifull:credentials',
  'verifull:endpoint',
  'verifull:policy',
  'verifull:pool',
  'verifull:tls',
]
const TRACES: readonly TraceName[] = ['verifull:connect', 'verifull:credentials:fetch', 'verifull:pool:acquire']

/** Listens to all events and traces of this process. */
export function followEverything(): void {
  let heard = 0
  const count = () => {
    heard += 1
  }
  for (const channel of CHANNELS) onEvent(channel, count)
  for (const name of TRACES) {
    tracingChannel(name).subscribe({ start: count, end: count, asyncStart: count, asyncEnd: count, error: count })
  }
  process.once('exit', () => {
    // Every connection of the pool is told at least once.
    if (heard === 0) process.exitCode = 1
  })
}
