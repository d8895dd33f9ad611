import { readFileSync } from 'node:fs'
import type { Settings } from '@verifull/pg'
import { type Destination, HOST, settingsOf } from '../destination.ts'

/** Pool size. */
export const CONNECTIONS = 4

/**
 * Limits in ms that Verifull sets by default. The pools without it have the same ones: pg's Pool starts a timer for each
 * checkout that waits and for each client that is given back, and Node keeps timers of one length in one list.
 */
export const CHECKOUT_MS = 15_000
export const IDLE_MS = 30_000

/** Reads the rows of `bench_item` with ids from 1 to `count`. */
export interface Reader {
  read(count: number): Promise<readonly object[]>
  close(): Promise<void>
}

/** A driver or an ORM that reads the same table with and without Verifull. */
export interface Library {
  readonly name: string
  /** Connects with a private root, as the library's documentation shows. */
  plain(destination: PlainDestination): Promise<Reader>
  secure(settings: Settings): Promise<Reader>
}

/** Server and login without Verifull. */
export interface PlainDestination extends Pick<Destination, 'port' | 'user' | 'password' | 'database'> {
  readonly host: string
  readonly ssl: { readonly ca: string }
}

/** Opens a library's connections in one of the two ways. */
export function open(library: Library, way: 'plain' | 'secure', destination: Destination): Promise<Reader> {
  if (way === 'secure') return library.secure(settingsOf(destination))
  const { roots, ...where } = destination
  return library.plain({ ...where, host: HOST, ssl: { ca: readFileSync(roots, 'utf8') } })
}
