import type { CredentialsEvent } from './credentials.ts'
import type { EndpointEvent } from './endpoint.ts'
import type { PolicyEvent } from './policy.ts'
import type { PoolEvent } from './pool.ts'
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
