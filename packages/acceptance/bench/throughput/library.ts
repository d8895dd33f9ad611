import { readFileSync } from 'node:fs'
import type { Settings } from '@verifull/pg'
import { HOST, settingsOf } from '../clients.ts'
import type { Destination } from '../destination.ts'

/** How many connections a library's pool has. */
export const CONNECTIONS = 4

/** What a library is asked to read: the rows of `bench_item` with an id from 1 to `count`. */
export interface Reader {
  read(count: number): Promise<readonly object[]>
  close(): Promise<void>
}

/** A driver or an ORM, which reads the same table with Verifull and without. */
export interface Library {
  readonly name: string
  /** As its documentation tells to connect with a trusted root of one's own. */
  plain(destination: PlainDestination): Promise<Reader>
  secure(settings: Settings): Promise<Reader>
}

/** Where to connect without Verifull. */
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
