import type { Dialed, Profile } from '@verifull/core/adapter'
import type { ClientBase } from 'pg'
import { securedBy } from './secured.ts'

/**
 * The endpoint that instrumentations and error reporters read from a client, its parameters and the options of a pool.
 */
export interface ShownEndpoint {
  readonly host?: string | undefined
  readonly port?: number | undefined
  readonly user?: string | undefined
  readonly database?: string | undefined
}

/** The endpoint shown in a pool's options, and the servers that they led to before. */
interface Shown {
  readonly servers: readonly Profile[]
  readonly shown: Readonly<Record<string, unknown>>
}

/** The options of pools that show an endpoint; their host no longer chooses a profile. */
const optionsOfPools = new WeakMap<object, Shown>()

/**
 * Returns the servers of a pool with these options, and the values that were written into them; undefined for all other
 * options.
 */
export function shownIn(options: unknown): Shown | undefined {
  return typeof options === 'object' && options !== null ? optionsOfPools.get(options) : undefined
}

/** Returns the endpoint that a profile shows before it connects: its first one. */
export function firstEndpoint(profile: Profile | undefined): ShownEndpoint {
  const [endpoint] = profile?.endpoints ?? []
  if (!endpoint || endpoint.kind === 'in-secret') return {}
  // As in libpq and pg, the host of a socket is its folder.
  const { host, port } = endpoint
  return { host, port, user: profile?.user, database: profile?.database }
}

/** Returns the endpoint after a connection. */
export function dialedEndpoint({ attestation: { user, host, port }, profile }: Dialed): ShownEndpoint {
  return { host, port, user, database: profile.database ?? user }
}

/** True if both are the same endpoint; an unknown one never is. */
export function isSameEndpoint(one: ShownEndpoint, other: ShownEndpoint): boolean {
  return one.host !== undefined && one.host === other.host && one.port === other.port
}

/** Shows the endpoint on a client and on its parameters, which pg sets from the configuration. */
export function showOnClient(client: ClientBase, shown: ShownEndpoint): void {
  const { connectionParameters } = client as ClientBase & { connectionParameters?: object }
  for (const holder of [client, connectionParameters]) if (holder) Object.assign(holder, defined(shown))
}

/**
 * Shows the endpoint in the options of a pool with a secured Client, in place of the placeholder.
 *
 * They have `ssl: true`, so that a copy of them verifies the server even without Verifull's Client. Clients that are made of
 * this very object keep the endpoint up to date.
 *
 * @param shown Default: the first endpoint of the servers.
 * @param Client Class of the clients that the options are for. Default: the one in the options.
 */
export function showInOptions(
  options: unknown,
  shown?: ShownEndpoint,
  Client: unknown = (options as { Client?: unknown } | undefined)?.Client,
): void {
  if (typeof options !== 'object' || options === null) return
  const servers = shownIn(options)?.servers ?? securedBy(Client)?.profilesOf?.(options)
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
 * Calls back when pg sets a property in its own constructor: instrumentations read the options of a pool before its
 * first Client is made, and there is no other hook in between.
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
