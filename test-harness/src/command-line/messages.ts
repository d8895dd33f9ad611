import type { PostgresSource } from '../postgres/wanted.ts'
import type { CellResult } from '../suite/result.ts'

/** An adapter by the module that exports it and by its own name. */
export interface AdapterAddress {
  /** As written on the command line. */
  readonly module: string
  readonly name: string
}

/** libpq in the place of an adapter. */
export const LIBPQ: AdapterAddress = { module: 'libpq itself', name: 'libpq' }

/** What the program asks of the process in which an adapter runs; one thing at a time. */
export type Order =
  | { readonly load: string }
  | { readonly start: AdapterAddress & { readonly major?: number; readonly from?: PostgresSource } }
  | { readonly cells: readonly string[] }
  | { readonly stop: true }

/** What it answers. */
export interface Answer {
  /** The names of the adapters in the module. */
  readonly names?: readonly string[]
  /** The adapter's full name and the server, once the world stands. */
  readonly started?: { readonly adapter: string; readonly server: string }
  readonly results?: readonly CellResult[]
  /** What was thrown where nobody could catch it, while the cells ran. */
  readonly uncaught?: string
  /** Why it cannot be done. */
  readonly impossible?: string
}
