import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs'
import { hasWords } from '../words.ts'

/** Bytes of the largest file that is read whole. */
const LARGEST = 16 * 1024 * 1024
/** Bytes of one step of a larger one. */
const STEP = 4 * 1024 * 1024

/** Space for the file that is being read; used again for the next one. */
let space = Buffer.allocUnsafe(1024 * 1024)

/** The text of a file, or the reason why it has none to check. */
export type FileText = { readonly text: string; readonly mode: number } | { readonly unchecked: string } | undefined

/** Reads a file if it has words for `scan`; a larger one is searched and then named. Binary files have no text. */
export function readFile(path: string, isWanted: (text: string) => boolean = hasWords): FileText {
  let file: number
  try {
    file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    return code === 'ENOENT' || code === 'ELOOP' ? undefined : { unchecked: `it cannot be read (${code})` }
  }
  try {
    const stat = fstatSync(file)
    if (!stat.isFile()) return undefined
    if (stat.size > LARGEST) return searched(file)
    if (stat.size > space.length) space = Buffer.allocUnsafe(stat.size)
    const bytes = space.subarray(0, stat.size)
    let length = 0
    while (length < bytes.length) {
      const read = readSync(file, bytes, length, bytes.length - length, length)
      if (read === 0) break
      length += read
    }
    const whole = bytes.subarray(0, length)
    if (whole[0] === 0xff && whole[1] === 0xfe) return { text: whole.toString('utf16le').slice(1), mode: stat.mode }
    if (!isWanted(whole.toString('latin1')) || whole.includes(0)) return undefined
    return { text: whole.toString('utf8'), mode: stat.mode }
  } catch (error) {
    return { unchecked: `it cannot be read (${(error as NodeJS.ErrnoException).code})` }
  } finally {
    closeSync(file)
  }
}

function searched(file: number): FileText {
  const bytes = Buffer.allocUnsafe(STEP)
  let rest = ''
  for (;;) {
    const length = readSync(file, bytes, 0, STEP, null)
    if (length === 0) return undefined
    const text = rest + bytes.toString('latin1', 0, length)
    if (text.includes('\0')) return undefined
    if (hasWords(text))
      return { unchecked: `it is larger than ${LARGEST >> 20} MB, and has words of insecure settings` }
    rest = text.slice(-64)
  }
}
