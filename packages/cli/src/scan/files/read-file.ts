import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs'
import { hasWords, TRACES } from '../words.ts'
import { Traces } from './traces.ts'

/** Bytes of the largest file that is read whole. */
const LARGEST = 16 * 1024 * 1024
/** Bytes of one step of a larger one, and of the end of the step before, which may hold the first half of a word. */
const STEP = 4 * 1024 * 1024
const REST = 64

/** Space for the file that is being read; used again for the next one. */
let space = Buffer.allocUnsafe(1024 * 1024)

const traces = new Traces(TRACES)

/** The text of a file, or the reason why it has none to check. */
export type FileText = { readonly text: string; readonly mode: number } | { readonly unchecked: string } | undefined

/**
 * Reads a file if it has words for `scan`; a larger one is searched and then named. Binary files have no text.
 *
 * @param isWhole True to read it whether or not it has words.
 */
export function readFile(path: string, isWhole = false): FileText {
  let file: number
  try {
    file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    return code === 'ENOENT' || code === 'ELOOP' ? undefined : { unchecked: `it cannot be read (${code})` }
  }
  try {
    let length = fill(file)
    const isUtf16 = length > 1 && space[0] === 0xff && space[1] === 0xfe
    // Most files end here; no more is asked about them.
    if (length < space.length && !isWhole && !isUtf16 && !traces.areIn(space, length)) return undefined
    const stat = fstatSync(file)
    if (!stat.isFile()) return undefined
    const { size, mode } = stat
    if (size > LARGEST) return searched(file)
    if (length === space.length) {
      space = Buffer.allocUnsafe(LARGEST + 1)
      length = fill(file)
    }
    const bytes = space.subarray(0, length)
    if (isUtf16) return { text: bytes.toString('utf16le').slice(1), mode }
    if (!isWhole && !(traces.areIn(bytes, length) && hasWords(bytes.toString('latin1')))) return undefined
    return bytes.includes(0) ? undefined : { text: bytes.toString('utf8'), mode }
  } catch (error) {
    if (!fstatSync(file).isFile()) return undefined
    return { unchecked: `it cannot be read (${(error as NodeJS.ErrnoException).code})` }
  } finally {
    closeSync(file)
  }
}

/** Reads a file into the space, to the end of either; returns the number of bytes. */
function fill(file: number): number {
  let length = 0
  while (length < space.length) {
    const read = readSync(file, space, length, space.length - length, length)
    if (read === 0) break
    length += read
  }
  return length
}

function searched(file: number): FileText {
  const bytes = Buffer.allocUnsafe(REST + STEP)
  let rest = 0
  for (let position = 0; ; ) {
    const read = readSync(file, bytes, rest, STEP, position)
    if (read === 0) return undefined
    position += read
    const step = bytes.subarray(0, rest + read)
    if (step.includes(0)) return undefined
    if (traces.areIn(step, step.length) && hasWords(step.toString('latin1'))) {
      return { unchecked: `it is larger than ${LARGEST >> 20} MB, and has words of insecure settings` }
    }
    rest = Math.min(REST, step.length)
    bytes.copyWithin(0, step.length - rest, step.length)
  }
}
