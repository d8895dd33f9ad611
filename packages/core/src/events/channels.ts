import diagnostics, { type Channel } from 'node:diagnostics_channel'
import type { CredentialsEvent } from './credentials.ts'
import type { EndpointEvent } from './endpoint.ts'
import type { PolicyEvent } from './policy.ts'
import type { PoolEvent } from './pool.ts'
import { keep } from './recent.ts'
import type { TlsEvent } from './tls.ts'

/** The events of each channel of `node:diagnostics_channel`: plain data, without secrets and without live objects. */
export interface Channels {
  /** Secrets: fetched, stale, failed, refused by a server. */
  readonly 'verifull:credentials': CredentialsEvent
  /** Servers: their circuit breaker, their role, the addresses of their name. */
  readonly 'verifull:endpoint': EndpointEvent
  /** The policy of a configuration, and its findings. */
  readonly 'verifull:policy': PolicyEvent
  /** Pools: sessions that come and go, saturation, exhaustion, a full queue, leaks, the end. */
  readonly 'verifull:pool': PoolEvent
  /** TLS material: reloaded, or not usable. */
  readonly 'verifull:tls': TlsEvent
}

/** Name of a channel. */
export type ChannelName = keyof Channels

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
