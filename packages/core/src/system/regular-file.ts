import { closeSync, constants, fstatSync, openSync, readSync, type Stats } from 'node:fs'

/** A regular file's bytes, with its owner and mode at the time of reading. */
export interface RegularFile {
  readonly bytes: Buffer
  readonly stats: Stats
}

/** A file that could not be read: `what` is the verb of a sentence about it. */
export interface NoFile {
  readonly what: string
  readonly missing: boolean
}

const KIB = 1024
const MIB = 1024 * KIB

/** Most bytes of a file with one text: a password, a token, a service file. */
export const MOST_TEXT = MIB

/**
 * Reads a regular file of at most `most` bytes; links to one are followed.
 *
 * It is opened once, so that owner, mode and bytes are of the same file even if it is replaced meanwhile. A named pipe
 * does not block, and neither a pipe nor a device is read.
 */
export function readRegularFile(path: string, most: number): RegularFile | NoFile {
  let descriptor: number | undefined
  try {
    descriptor = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOCTTY ?? 0))
    const stats = fstatSync(descriptor)
    if (!stats.isFile()) return unfit(`is ${kindOf(stats)}, not a regular file`)
    const bytes = stats.size > most ? undefined : readUpTo(most, descriptor, stats)
    return bytes ? { bytes, stats } : unfit(`is larger than ${sizeText(most)}`)
  } catch (error) {
    return failure(error as NodeJS.ErrnoException)
  } finally {
    if (descriptor !== undefined) closeSync(descriptor)
  }
}

/** Returns undefined for more than `most` bytes: a file may grow, and files in `/proc` have the size 0. */
function readUpTo(most: number, descriptor: number, { size }: Stats): Buffer | undefined {
  const chunks: Buffer[] = []
  let total = 0
  for (let wanted = size + 1; ; wanted = 64 * KIB) {
    const chunk = Buffer.alloc(Math.min(wanted, most + 1 - total))
    const length = readSync(descriptor, chunk)
    total += length
    if (total > most) return undefined
    chunks.push(chunk.subarray(0, length))
    if (length === 0) return Buffer.concat(chunks)
  }
}

function kindOf(stats: Stats): string {
  if (stats.isDirectory()) return 'a folder'
  if (stats.isFIFO()) return 'a named pipe (FIFO)'
  if (stats.isSocket()) return 'a socket'
  return 'a device'
}

function failure({ code = 'ERR_INVALID_ARG_VALUE' }: NodeJS.ErrnoException): NoFile {
  const missing = code === 'ENOENT' || code === 'ENOTDIR' || code === 'ENAMETOOLONG'
  if (missing) return { what: 'does not exist', missing }
  if (code === 'EISDIR') return unfit('is a folder, not a regular file') // Windows does not open one
  if (code === 'ENXIO') return unfit('is a socket or a device, not a regular file')
  return unfit(`cannot be read (${code})`)
}

function unfit(what: string): NoFile {
  return { what, missing: false }
}

function sizeText(bytes: number): string {
  if (bytes >= MIB) return `${bytes / MIB} MiB`
  return bytes >= KIB ? `${bytes / KIB} KiB` : `${bytes} bytes`
}
