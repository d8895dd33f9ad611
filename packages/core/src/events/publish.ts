import diagnostics, { type Channel } from 'node:diagnostics_channel'
import type { ChannelName, Channels } from './channels.ts'
import { keep } from './recent.ts'

/** Node forgets a channel, and who subscribed to it, where nothing holds it. */
const channels: { readonly [Name in ChannelName]: Channel } = {
  'verifull:credentials': diagnostics.channel('verifull:credentials'),
  'verifull:endpoint': diagnostics.channel('verifull:endpoint'),
  'verifull:policy': diagnostics.channel('verifull:policy'),
  'verifull:pool': diagnostics.channel('verifull:pool'),
  'verifull:tls': diagnostics.channel('verifull:tls'),
}

/** All channels. */
export const CHANNEL_NAMES = Object.keys(channels) as readonly ChannelName[]

/** True while a channel has a subscriber: an event that costs something is made only then. */
export function isHeard(name: ChannelName): boolean {
  return channels[name].hasSubscribers
}

/** Sends an event to the subscribers of its channel, and keeps it for the snapshots of errors. */
export function publish<Name extends ChannelName>(name: Name, event: Channels[Name]): void {
  keep(name, event)
  if (channels[name].hasSubscribers) channels[name].publish(event)
}
