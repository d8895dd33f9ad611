import type { Profile, Settings } from '@verifull/core'
import { inherited } from './inherited.ts'
import type { PoolProtocol } from './pool-protocol.ts'
import type { WatchLimits } from './pool-view.ts'

/** The servers that a driver connects to. */
export interface Secured {
  readonly primary: readonly Profile[]
  readonly replicas: readonly Profile[]
  /** The protocol of the pool that takes its clients. */
  readonly pool?: PoolProtocol
  /**
   * Chooses among the servers for a configuration, if the driver is a class of Client; undefined for one that leads
   * elsewhere.
   */
  readonly profilesOf?: (config: unknown) => readonly Profile[] | undefined
  /** The settings that `secureConfig()` was given. */
  settings?: Settings
  /** Limits that the library's own pool does not have. */
  limits?: WatchLimits
}

const drivers = new WeakMap<object, Secured>()
const streams = new WeakSet<object>()

/** Remembers the servers of a driver: a Client class, a module, or a dialect made of them. */
export function rememberDriver(driver: object, secured: Secured): void {
  drivers.set(driver, secured)
}

/**
 * Returns the servers of a driver that came from `secureConfig()` or `securePg()`; a copy of a module is recognized by
 * its Client, and a subclass by its parent. Undefined for any other value.
 */
export function securedBy(driver: unknown): Secured | undefined {
  if (typeof driver === 'function') return inherited(drivers, driver)
  if (typeof driver !== 'object' || driver === null) return undefined
  const { Client } = driver as { readonly Client?: unknown }
  return drivers.get(driver) ?? (typeof Client === 'function' ? inherited(drivers, Client) : undefined)
}

/** Remembers that a `stream` option leads to the same servers as this driver. */
export function rememberStream(stream: () => unknown, driver: object): void {
  const secured = securedBy(driver)
  if (secured) drivers.set(stream, secured)
  streams.add(stream)
}

/** True for the `stream` option of a secured configuration. */
export function isSecuredStream(value: unknown): boolean {
  return typeof value === 'function' && streams.has(value)
}
