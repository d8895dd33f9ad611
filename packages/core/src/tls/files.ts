import { readdirSync, readFileSync, type Stats, statSync } from 'node:fs'

/**
 * The only place where TLS material is read from disk. It remembers the state of every file that was looked at, also of
 * those that were not there, so that asking whether anything changed costs one `stat` each.
 */
export class Files {
  readonly #seen = new Map<string, string>()

  /** The state of a file; undefined where there is none. */
  stat(path: string): Stats | undefined {
    const stats = statOf(path)
    // The first look counts: a change between two looks must be seen as one.
    if (!this.#seen.has(path)) this.#seen.set(path, stampOf(stats))
    return stats
  }

  /** The content of a file. Throws what the file system throws. */
  read(path: string): Buffer {
    this.stat(path)
    return readFileSync(path)
  }

  /** The names in a folder, sorted; undefined where there is no such folder. */
  list(path: string): readonly string[] | undefined {
    return this.stat(path)?.isDirectory() ? readdirSync(path).sort() : undefined
  }

  /** What was looked at, as it was then. */
  get stamp(): string {
    return [...this.#seen].flat().join('\n')
  }

  /** What was looked at, as it is now. */
  stampNow(): string {
    return [...this.#seen.keys()].flatMap((path) => [path, stampOf(statOf(path))]).join('\n')
  }
}

function statOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false })
  } catch {
    return undefined // a part of the path is no folder, or may not be entered: reading it says so
  }
}

function stampOf(stats: Stats | undefined): string {
  return stats ? `${stats.ino} ${stats.size} ${stats.mtimeMs} ${stats.ctimeMs} ${stats.mode}` : 'absent'
}
