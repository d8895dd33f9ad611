import { lstatSync, readdirSync, type Stats, statSync } from 'node:fs'
import { type NoFile, type RegularFile, readRegularFile } from '../system/regular-file.ts'

/**
 * A file's state, or the reason that there is none: it does not exist, a link leads nowhere, or the code of another
 * failure.
 */
export type FileState = Stats | 'absent' | 'dangling' | (string & {})

/**
 * Reads TLS material from disk; nothing else does. It remembers the state of every file that it examined, also of
 * missing ones, so that a check for changes costs one `stat` each.
 */
export class WatchedFiles {
  readonly #seen = new Map<string, string>()
  readonly #inUse = new Set<string>()
  readonly #deciding = new Set<string>()
  readonly #before: ReadonlySet<string>

  /** @param before The default files in use by the snapshot before. */
  constructor(before: ReadonlySet<string> = new Set()) {
    this.#before = before
  }

  /** The default files in use by this snapshot. */
  get inUse(): ReadonlySet<string> {
    return this.#inUse
  }

  /** Marks a file as used; `decides` if it decides which servers are trusted. */
  use(path: string, decides = false): void {
    this.#inUse.add(path)
    if (decides) this.#deciding.add(path)
  }

  /** True if a file decides which servers are trusted and the snapshot before was made without it. */
  get isStricter(): boolean {
    return [...this.#deciding].some((path) => !this.#before.has(path))
  }

  wasInUse(path: string): boolean {
    return this.#before.has(path)
  }

  /** Returns the state of a file, or the reason that there is none. */
  look(path: string): FileState {
    const state = stateOf(path)
    // The first state counts: a change between two calls must be detected.
    if (!this.#seen.has(path)) this.#seen.set(path, stampOf(state))
    return state
  }

  /** Returns the state of a file; undefined if there is none. */
  stat(path: string): Stats | undefined {
    const state = this.look(path)
    return typeof state === 'string' ? undefined : state
  }

  /** Reads a regular file of at most `most` bytes, and remembers its state at that time. */
  read(path: string, most: number): RegularFile | NoFile {
    this.look(path)
    return readRegularFile(path, most)
  }

  /** Returns the names in a folder, sorted; undefined if it does not exist or cannot be read. */
  list(path: string): readonly string[] | undefined {
    if (!this.stat(path)?.isDirectory()) return undefined
    try {
      return readdirSync(path).sort()
    } catch {
      return undefined
    }
  }

  /** The states of the examined files at that time. */
  get stamp(): string {
    return [...this.#seen].flat().join('\n')
  }

  /** Returns the present states of the examined files. */
  stampNow(): string {
    return [...this.#seen.keys()].flatMap((path) => [path, stampOf(stateOf(path))]).join('\n')
  }
}

/**
 * Returns the state of a file with one call in the common case, a file that is no link or is missing, and without an
 * error for the latter.
 */
function stateOf(path: string): FileState {
  try {
    const own = lstatSync(path, NO_ERROR)
    if (!own?.isSymbolicLink()) return own ?? 'absent'
    return statSync(path, NO_ERROR) ?? 'dangling'
  } catch (error) {
    const { code = 'unknown error' } = error as NodeJS.ErrnoException
    return code === 'ENOTDIR' ? 'absent' : code
  }
}

const NO_ERROR = { throwIfNoEntry: false } as const

function stampOf(state: FileState): string {
  if (typeof state === 'string') return state
  return `${state.dev} ${state.ino} ${state.size} ${state.mtimeMs} ${state.ctimeMs} ${state.mode} ${state.uid}`
}
