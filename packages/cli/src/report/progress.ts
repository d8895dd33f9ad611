import type { Surroundings } from '../surroundings.ts'

/** One line on stderr that tells how far long work is; shown only on a terminal. */
export interface Progress {
  /** Replaces the line. */
  show(text: string): void
  /** Removes the line; call it before anything else is written. */
  clear(): void
}

/** Milliseconds between two changes of the line. */
const PAUSE_MS = 100

/**
 * Makes a line of progress.
 *
 * @example
 * const progress = progressOn(surroundings)
 * for (const [index, file] of files.entries()) progress.show(`${index} of ${files.length} files`)
 * progress.clear()
 */
export function progressOn({
  stderr,
  interactive,
  columns,
}: Pick<Surroundings, 'stderr' | 'interactive' | 'columns'>): Progress {
  if (!interactive) return { show() {}, clear() {} }
  let shownAt = Number.NEGATIVE_INFINITY
  return {
    show(text) {
      const now = performance.now()
      if (now - shownAt < PAUSE_MS) return
      shownAt = now
      stderr.write(`\r\x1b[2K${text.slice(0, columns - 1)}`)
    },
    clear() {
      if (shownAt !== Number.NEGATIVE_INFINITY) stderr.write('\r\x1b[2K')
      shownAt = Number.NEGATIVE_INFINITY
    },
  }
}
