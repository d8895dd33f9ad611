import type { ConnectRequest } from './connect-request.ts'

/** One row of the table `item (id integer primary key, name text not null unique)`. */
export interface Item {
  /** Primary key. */
  readonly id: number
  /** Unique name. */
  readonly name: string
}

/**
 * A row of `author (id serial primary key, name text not null)` with its rows of
 * `book (id serial primary key, title text not null, author_id integer not null references author)`.
 */
export interface Author {
  /** Its name. */
  readonly name: string
  /** Its books. */
  readonly books: readonly { readonly title: string }[]
}

/**
 * Connection for a piece of work: a server with TLS, `verify-full`, and a database that the user owns, with the empty
 * tables of {@link Item} and {@link Author}.
 */
export interface WorkRequest extends ConnectRequest {
  /** Maximum number of sessions of the pool. */
  readonly poolSize: number
}

/**
 * Operations of an ORM or a driver beside connecting, in its own idiom: its entities, transactions, streams. The suite
 * calls them and checks the effect on the server.
 *
 * Every operation but `open` and `close` is optional; cells that need a missing one are reported as `unsupported`.
 * `Handle` is an open ORM, and `Inside` a transaction in it.
 *
 * @example
 * const work: Work<Pool, PoolClient> = {
 *   open: (request) => new Pool({ ...configOf(request), max: request.poolSize }),
 *   close: (pool) => pool.end(),
 *   query: async (on, sql) => (await on.query(sql)).rows,
 * }
 */
export interface Work<Handle = unknown, Inside = Handle> {
  /** Opens the ORM, which may connect now or later. */
  open(request: WorkRequest): Handle | Promise<Handle>
  /** Closes the result of `open`: waits for running work, and leaves no session. */
  close(handle: Handle): Promise<unknown>
  /** True if `open` returns a pool: several sessions at once, with dead ones replaced. Default false. */
  readonly pool?: boolean
  /** Runs one statement and resolves with its rows. */
  query?(on: Handle | Inside, sql: string): Promise<readonly Readonly<Record<string, unknown>>[]>
  /** Inserts rows into `item` in bulk. */
  insert?(on: Handle | Inside, items: readonly Item[]): Promise<unknown>
  /** Runs `body` in a transaction: committed if it resolves, rolled back if it rejects, with its error. */
  transaction?(handle: Handle, body: (inside: Inside) => Promise<void>): Promise<unknown>
  /** Runs `body` in a savepoint of the transaction `inside`: rolled back if it rejects, with its error. */
  savepoint?(inside: Inside, body: (deeper: Inside) => Promise<void>): Promise<unknown>
  /** Reads `item` row by row, without holding all of it in memory. */
  stream?(handle: Handle): AsyncIterable<Item> | Promise<AsyncIterable<Item>>
  /** Listens on a channel; resolves, once it does, with a function that ends it. */
  listen?(handle: Handle, channel: string, heard: (payload: string) => void): Promise<() => Promise<unknown>>
  /** Saves an author with the books, and reads all authors with their books. */
  relations?(handle: Handle, author: Author): Promise<readonly Author[]>
  /**
   * Two migrations, of which the first creates the table `ship` and the second the table `harbour`: `up` runs the
   * pending ones, `down` undoes the last.
   */
  migrate?(handle: Handle, direction: 'up' | 'down'): Promise<unknown>
  /**
   * Path of a JavaScript file that opens the {@link WorkRequest} in the variable `WORK_REQUEST` (JSON), inserts item 1,
   * and closes. The process must then end by itself.
   */
  readonly exit?: string
}

/** Names of the optional operations. */
export type WorkPiece = Exclude<keyof Work, 'open' | 'close'>

const PIECES: Readonly<Record<WorkPiece, true>> = {
  pool: true,
  query: true,
  insert: true,
  transaction: true,
  savepoint: true,
  stream: true,
  listen: true,
  relations: true,
  migrate: true,
  exit: true,
}

/** All optional operations. */
export const WORK_PIECES = Object.keys(PIECES) as readonly WorkPiece[]
