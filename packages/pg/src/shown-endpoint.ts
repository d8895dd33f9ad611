import type { Dialed, Profile } from '@verifull/core'
import pg from 'pg'

/** A connection as instrumentations and error reporters read it, on a client, its parameters and the options of a pool. */
export interface ShownEndpoint {
  readonly host?: string | undefined
  readonly port?: number | undefined
  readonly user?: string | undefined
  readonly database?: string | undefined
}

type ProfilesOf = (config: unknown) => readonly Profile[]

/** The secured classes of Client, and how each chooses among its profiles. */
const clients = new WeakMap<object, ProfilesOf>()
/** The options of pools whose host has been shown; it chooses no profile any more. */
const chosen = new WeakMap<object, readonly Profile[]>()

/** Remembers a class of Client, so that the options of a pool of it show where the pool connects. */
export function rememberClient(client: object, profilesOf: ProfilesOf): void {
  clients.set(client, profilesOf)
}

/** The profiles that were chosen for a pool with these options. */
export function chosenFor(options: unknown): readonly Profile[] | undefined {
  return typeof options === 'object' && options !== null ? chosen.get(options) : undefined
}

/** What is known of a profile before it connects: its first endpoint. */
export function firstEndpoint(profile: Profile | undefined): ShownEndpoint {
  const [endpoint] = profile?.endpoints ?? []
  if (!endpoint || endpoint.fromSecret) return {}
  // As libpq and pg have it, the host of a socket is its folder.
  const { host, port } = endpoint
  return { host, port, user: profile?.user, database: profile?.database }
}

/** What is known once it is connected. */
export function dialedEndpoint({ attestation: { user, host, port }, profile }: Dialed): ShownEndpoint {
  return { host, port, user, database: profile.database ?? user }
}

/** Tells whether two are the same place; an unknown one is no place. */
export function isSameEndpoint(one: ShownEndpoint, other: ShownEndpoint): boolean {
  return one.host !== undefined && one.host === other.host && one.port === other.port
}

/** Shows the endpoint on a client and on its parameters, which pg itself has from the configuration. */
export function showOnClient(client: pg.ClientBase, shown: ShownEndpoint): void {
  const { connectionParameters } = client as pg.ClientBase & { connectionParameters?: object }
  for (const holder of [client, connectionParameters]) if (holder) Object.assign(holder, defined(shown))
}

/**
 * Shows the endpoint in the options of a pool with a secured Client, in place of the name of no host.
 *
 * Whoever copies them and connects without our Client verifies the server: they say `ssl: true`.
 */
export function showInOptions(options: unknown, shown?: ShownEndpoint): void {
  if (typeof options !== 'object' || options === null) return
  const { Client } = options as { Client?: unknown }
  const profilesOf = typeof Client === 'function' ? profilesOfClass(Client) : undefined
  if (!profilesOf) return
  const profiles = chosenFor(options) ?? profilesOf(options)
  const known = shown ?? firstEndpoint(profiles[0])
  if (known.host === undefined) return
  chosen.set(options, profiles)
  Object.assign(options, { ssl: true }, defined(known))
}

/** A subclass chooses as its parent does. */
function profilesOfClass(client: object): ProfilesOf | undefined {
  for (let one: object | null = client; one; one = Object.getPrototypeOf(one)) {
    const found = clients.get(one)
    if (found) return found
  }
  return undefined
}

function defined(shown: ShownEndpoint): ShownEndpoint {
  return Object.fromEntries(Object.entries(shown).filter(([, value]) => value !== undefined))
}

/**
 * Calls back when pg sets a property in a constructor of its own: instrumentations read the options of a pool before its
 * first Client is made, and nothing else of ours runs in between.
 */
export function onSet(prototype: object, property: string, called: (holder: object, value: unknown) => void): void {
  if (Object.hasOwn(prototype, property)) return
  Object.defineProperty(prototype, property, {
    configurable: true,
    get: () => undefined,
    set(value: unknown) {
      Object.defineProperty(this, property, { value, configurable: true, enumerable: true, writable: true })
      called(this, value)
    },
  })
}

onSet(Object.getPrototypeOf(pg.Pool.prototype), 'options', (_pool, options) => showInOptions(options))
