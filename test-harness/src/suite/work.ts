import type { ConnectRequest } from './connect-request.ts'

/** One row of the table `item (id integer primary key, name text not null unique)`. */
export interface Item {
  readonly id: number
  readonly name: string
}

/**
 * A row of `author (id serial primary key, name text not null)` with its rows of
 * `book (id serial primary key, title text not null, author_id integer not null references author)`.
 */
export interface Author {
  readonly name: string
  readonly books: readonly { readonly title: string }[]
}

/**
 * What a piece of work is opened with: a server with TLS, `verify-full`, and a database of its own, whose owner the user
 * is. The tables of {@link Item} and {@link Author} are there, empty.
 */
export interface WorkRequest extends ConnectRequest {
  /** How many sessions the pool may open. */
  readonly poolSize: number
}

/**
 * What an ORM or a driver does beside connecting, in its own way: entities where it has entities, its transactions, its
 * streams. The suite says what to do and looks at the server for what came of it.
 *
 * Every piece but `open` and `close` may be left out; what needs it is then reported as `unsupported`. `Handle` is what
 * stands for an open ORM, and `Inside` for a transaction in it.
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
  /** Ends what `open` gave: waits for what runs, and leaves no session. */
  close(handle: Handle): Promise<unknown>
  /** True where `open` gives a pool: several sessions at once, and a new one for one that has died. */
  readonly pool?: boolean
  /** Runs one statement and gives its rows. */
  query?(on: Handle | Inside, sql: string): Promise<readonly Readonly<Record<string, unknown>>[]>
  /** Inserts rows into `item`, many at once in the ORM's own way for that. */
  insert?(on: Handle | Inside, items: readonly Item[]): Promise<unknown>
  /** Runs `body` in a transaction: committed where it resolves, rolled back where it rejects, with its error. */
  transaction?(handle: Handle, body: (inside: Inside) => Promise<void>): Promise<unknown>
  /** Runs `body` in a savepoint of the transaction `inside`, to be given up where it rejects, with its error. */
  savepoint?(inside: Inside, body: (deeper: Inside) => Promise<void>): Promise<unknown>
  /** Reads `item`, row by row, without holding all of it. */
  stream?(handle: Handle): AsyncIterable<Item> | Promise<AsyncIterable<Item>>
  /** Listens to a channel; resolves, once it does, with what ends it. */
  listen?(handle: Handle, channel: string, heard: (payload: string) => void): Promise<() => Promise<unknown>>
  /** Saves an author with the books, and reads all authors with their books. */
  relations?(handle: Handle, author: Author): Promise<readonly Author[]>
  /**
   * Of two migrations, the first creates the table `ship` and the second the table `harbour`: `up` runs what has not run
   * yet, `down` undoes the last.
   */
  migrate?(handle: Handle, direction: 'up' | 'down'): Promise<unknown>
  /**
   * Path of a JavaScript file that opens what the {@link WorkRequest} in the variable `WORK_REQUEST` (JSON) says, inserts
   * item 1, and closes. The process must then end by itself.
   */
  readonly exit?: string
}

/** The name of a piece that an adapter may leave out. */
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

/** Every piece that an adapter may supply. */
export const WORK_PIECES = Object.keys(PIECES) as readonly WorkPiece[]
