import type { Unchecked } from '../../report/report.ts'
import { listFiles } from './list-files.ts'
import { readFile } from './read-file.ts'

/** Files and folders to search. */
export interface Search {
  readonly paths: readonly string[]
  /** Working directory, to which they are relative. */
  readonly folder: string
  /** Patterns of `.gitignore`, for files that are left out. */
  readonly exclude: readonly string[]
}

/** A file that may have a flaw. */
export interface Candidate {
  readonly path: string
  /** True if git has it. */
  readonly isTracked: boolean
  /** Its text and mode, or the reason why it has none to check. */
  readonly content: { readonly text: string; readonly mode: number } | { readonly unchecked: string }
}

/** A step of a search: some files have been looked at. */
export interface SearchStep {
  readonly done: number
  readonly count: number
  readonly candidates: readonly Candidate[]
  /** Paths that cannot be listed; they are in the first step. */
  readonly unchecked: readonly Unchecked[]
}

/** Files of one step: enough for a thread that judges them while the next ones are read. */
const AT_ONCE = 200

/** Searches files and folders for those that may have a flaw. */
export function* searched({ paths, folder, exclude }: Search): Generator<SearchStep> {
  const { files, tracked, unchecked } = listFiles(paths, folder, exclude)
  yield { done: 0, count: files.length, candidates: [], unchecked }
  for (let done = 0; done < files.length; done += AT_ONCE) {
    const candidates = files.slice(done, done + AT_ONCE).flatMap((path) => {
      const content = readFile(path)
      return content ? [{ path, isTracked: tracked.has(path), content }] : []
    })
    yield { done: Math.min(done + AT_ONCE, files.length), count: files.length, candidates, unchecked: [] }
  }
}
