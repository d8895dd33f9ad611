import type { Profile } from '@verifull/core'

/** The servers that a driver connects to. */
export interface Secured {
  readonly primary: readonly Profile[]
  readonly replicas: readonly Profile[]
}

const drivers = new WeakMap<object, Secured>()
const streams = new WeakSet<object>()

/** Remembers where a driver leads: a Client class, a module, or a dialect made of them. */
export function rememberDriver(driver: object, secured: Secured): void {
  drivers.set(driver, secured)
}

/**
 * Gives the servers of a driver that came out of `secureConfig()` or `securePg()`; a copy of a module is known by its
 * Client, and a subclass by its parent. Undefined for any other value.
 */
export function securedBy(driver: unknown): Secured | undefined {
  for (let one: unknown = driver; isKey(one); one = Object.getPrototypeOf(one)) {
    const known = drivers.get(one)
    if (known) return known
    // The classes of pg have no secured parent, and a plain object has only its Client.
    if (typeof one === 'object') return securedByClient(one)
  }
  return undefined
}

function securedByClient(module: object): Secured | undefined {
  const { Client } = module as { readonly Client?: unknown }
  return typeof Client === 'function' ? securedBy(Client) : undefined
}

/** Remembers that a `stream` option leads to the same servers as this driver. */
export function rememberStream(stream: () => unknown, driver: object): void {
  const secured = securedBy(driver)
  if (secured) drivers.set(stream, secured)
  streams.add(stream)
}

/** True for the `stream` option of a secured configuration. */
export function isSecuredStream(value: unknown): boolean {
  return isKey(value) && streams.has(value)
}

function isKey(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function'
}
