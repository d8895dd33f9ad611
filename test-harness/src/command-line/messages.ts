import type { PostgresSource } from '../postgres/wanted.ts'
import type { CellResult } from '../suite/result.ts'

/** Module and name of an adapter. */
export interface AdapterAddress {
  /** As written on the command line. */
  readonly module: string
  /** The adapter's name. */
  readonly name: string
}

/** libpq in place of an adapter. */
export const LIBPQ: AdapterAddress = { module: 'libpq itself', name: 'libpq' }

/** A request to the process that runs an adapter; one at a time. */
export type Order =
  | { readonly load: string }
  | { readonly start: AdapterAddress & { readonly major?: number; readonly from?: PostgresSource } }
  | { readonly cells: readonly string[] }
  | { readonly stop: true }

/** The response of that process. */
export interface Answer {
  /** Names of the adapters in the module. */
  readonly names?: readonly string[]
  /** Full name of the adapter, and the server, once the servers run. */
  readonly started?: { readonly adapter: string; readonly server: string }
  /** Results of the cells. */
  readonly results?: readonly CellResult[]
  /** Uncaught error during the cells. */
  readonly uncaught?: string
  /** Reason for which the request cannot be fulfilled. */
  readonly impossible?: string
}
