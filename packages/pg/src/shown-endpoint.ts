import type { Dialed, Profile } from '@verifull/core/adapter'
import pg from 'pg'
import { securedBy } from './secured.ts'

/** A connection as instrumentations and error reporters read it, on a client, its parameters and the options of a pool. */
export interface ShownEndpoint {
  readonly host?: string | undefined
  readonly port?: number | undefined
  readonly user?: string | undefined
  readonly database?: string | undefined
}

/** What the options of a pool show, and the servers that they led to before. */
interface Shown {
  readonly servers: readonly Profile[]
  readonly shown: Readonly<Record<string, unknown>>
}

/** The options of pools that show an endpoint; their host chooses no profile any more. */
const optionsOfPools = new WeakMap<object, Shown>()

/** The servers of a pool with these options, and the values that were put into them; undefined for all other options. */
export function shownIn(options: unknown): Shown | undefined {
  return typeof options === 'object' && options !== null ? optionsOfPools.get(options) : undefined
}

/** What is known of a profile before it connects: its first endpoint. */
export function firstEndpoint(profile: Profile | undefined): ShownEndpoint {
  const [endpoint] = profile?.endpoints ?? []
  if (!endpoint || endpoint.kind === 'in-secret') return {}
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
  const { profilesOf } = (typeof Client === 'function' && securedBy(Client)) || {}
  if (!profilesOf) return
  const servers = shownIn(options)?.servers ?? profilesOf(options)
  const known = shown ?? firstEndpoint(servers?.[0])
  if (!servers || known.host === undefined) return
  const values = { ssl: true, ...defined(known) }
  optionsOfPools.set(options, { servers, shown: values })
  Object.assign(options, values)
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
