import { lstatSync, readdirSync, type Stats, statSync } from 'node:fs'
import { type NoFile, type RegularFile, readRegularFile } from '../system/regular-file.ts'

/** A file's state, or why there is none: nothing is there, a link leads nowhere, or the code of another failure. */
export type FileState = Stats | 'absent' | 'dangling' | (string & {})

/**
 * The only place where TLS material is read from disk. It remembers the state of every file that was looked at, also of
 * those that were not there, so that asking whether anything changed costs one `stat` each.
 */
export class WatchedFiles {
  readonly #seen = new Map<string, string>()
  readonly #inUse = new Set<string>()
  readonly #deciding = new Set<string>()
  readonly #before: ReadonlySet<string>

  /** @param before The files that nobody named and that the material before was made of. */
  constructor(before: ReadonlySet<string> = new Set()) {
    this.#before = before
  }

  /** The files that nobody named and that this material is made of. */
  get inUse(): ReadonlySet<string> {
    return this.#inUse
  }

  /** Notes that a file is there to be used; `decides` where it decides who is trusted. */
  use(path: string, decides = false): void {
    this.#inUse.add(path)
    if (decides) this.#deciding.add(path)
  }

  /** True where a file decides who is trusted that the material before was made without. */
  get isStricter(): boolean {
    return [...this.#deciding].some((path) => !this.#before.has(path))
  }

  wasInUse(path: string): boolean {
    return this.#before.has(path)
  }

  /** The state of a file, or why there is none. */
  look(path: string): FileState {
    const state = stateOf(path)
    // The first look counts: a change between two looks must be seen as one.
    if (!this.#seen.has(path)) this.#seen.set(path, stampOf(state))
    return state
  }

  /** The state of a file; undefined where there is none. */
  stat(path: string): Stats | undefined {
    const state = this.look(path)
    return typeof state === 'string' ? undefined : state
  }

  /** The content of a regular file of at most so many bytes, with the state that it was read in. */
  read(path: string, most: number): RegularFile | NoFile {
    this.look(path)
    return readRegularFile(path, most)
  }

  /** The names in a folder, sorted; undefined where there is no such folder, or it cannot be read. */
  list(path: string): readonly string[] | undefined {
    if (!this.stat(path)?.isDirectory()) return undefined
    try {
      return readdirSync(path).sort()
    } catch {
      return undefined
    }
  }

  /** What was looked at, as it was then. */
  get stamp(): string {
    return [...this.#seen].flat().join('\n')
  }

  /** What was looked at, as it is now. */
  stampNow(): string {
    return [...this.#seen.keys()].flatMap((path) => [path, stampOf(stateOf(path))]).join('\n')
  }
}

/** One question for a file that is no link or is not there, which most are, and no error is made for the latter. */
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
